use browserid::{Email, HostRule};

use super::{Asked, Fallback, FallbackFailure};
use crate::{
    mail::{self, Language},
    proof::{Code, CodeHash, PROOF_MS, Proof},
    secret::Token,
};

const MINUTE_MS: u64 = 60 * 1000;

impl Fallback {
    /// Mails a code to `email`. Known and unknown addresses look alike: no account is looked at.
    ///
    /// 1. what is no address is refused, 2. the mail is counted, 3. the domain must not speak for itself (or the mailbox gets the mail back), 4. the proof is
    ///    kept, 5. the mail is handed over.
    pub async fn ask(
        &self,
        email: &str,
        language: Language,
        source: &str,
    ) -> Result<Asked, FallbackFailure> {
        let email = Email::from_typed(email, HostRule::Public)
            .map_err(|_| FallbackFailure::AddressMalformed)?;
        self.count_mail(&email, source).await?;
        if let Err(refused) = self.last_primary(&email).await {
            self.no_mail(&email).await?;
            return Err(refused);
        }

        let token = Token::random(self.random.as_ref())?;
        let code = Code::random(self.random.as_ref())?;
        let proof = Proof::start(CodeHash::of(&token, &code), email.clone(), self.clock.now());
        let expires = proof.expires;
        // Before the mail: whoever has the mail finds it. If the mail cannot be handed over nobody ever gets the token.
        self.proofs.put(token.hash(), proof).await?;
        let mail = self.mail(email, &code, language);
        match self.mailer.send(&mail).await? {
            Ok(()) => Ok(Asked { expires, token }),
            Err(_) => Err(FallbackFailure::MailRefused),
        }
    }

    /// The link has the code in its fragment, which no server sees, and works only in the browser that asked.
    fn mail(&self, to: Email, code: &Code, language: Language) -> mail::Mail {
        let pages = self.pages.as_str();
        let host = pages.split_once("://").map_or(pages, |(_, host)| host);
        let link = format!("{pages}/persona/prove.html#code={}", code.expose());
        let minutes = u32::try_from(PROOF_MS / MINUTE_MS).unwrap_or(u32::MAX);
        mail::code(to, code.expose(), &link, minutes, host, language)
    }
}
