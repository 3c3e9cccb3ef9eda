use super::CodeWords;

pub(super) const CODE: CodeWords = CodeWords {
    subject: "Confirm your address at {host}",
    what: "Somebody is signing in with this address through {host}. If that is you, here is your code:",
    how: "Type it on the page that asks for it. It works once, and for {minutes} minutes.",
    link: "Or open this link in the browser in which you asked for the code; it works in no other:",
    ignore: "If you did not ask for a code, ignore this mail: without the code nobody can sign in with your address.",
    secret: "Never tell this code to anybody, whoever asks for it.",
};
