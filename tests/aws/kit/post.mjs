// What the emulator's SES was given to send.

import { EMULATOR } from './place.mjs';
import { aws } from './programs.mjs';
import { ask } from './relay.mjs';

/** Has SES verify the domain of the sender, as infra/README.md says. */
export async function startPost(domain) {
  await aws('sesv2', 'create-email-identity', '--email-identity', domain);
  const all = async () => {
    const { body } = await ask(EMULATOR, { method: 'GET', path: '/_ministack/ses/messages', headers: {} });
    return Object.values(JSON.parse(body).messages).flat();
  };
  const to = async (email) => (await all()).filter(({ To }) => To.includes(email));
  return {
    all,
    /** How many mails an address got. */
    count: async (email) => (await to(email)).length,
    /** The last mail of an address, its code and its link. */
    async read(email) {
      const mail = (await to(email)).at(-1);
      if (!mail) throw new Error(`no mail to ${email}`);
      const [link, code] = /https:\/\/\S+#code=([0-9]{6})/.exec(mail.BodyText) ?? [];
      return { ...mail, code, link };
    },
  };
}
