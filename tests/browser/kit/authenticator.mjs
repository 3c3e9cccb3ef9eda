// A device that keeps passkeys, for the pages that a test gives it to: Chromium's virtual authenticator. Chromium has one
// for each tab, so this carries the passkeys from tab to tab, as a device does.

/** More than a tab ever counts. */
const SKIPPED = 100;

/**
 * `verifies`: whether it checks that it is its person (fingerprint, code). `synchronises`: whether its passkeys are kept
 * elsewhere, too.
 */
export function device({ verifies = true, synchronises = false } = {}) {
  /** By id, as Chromium tells them: with private key and counter. */
  const kept = new Map();
  const held = new Map();

  /** Puts it into the hands of whoever sits before this tab. `presses`: whether that person agrees to whatever is asked. */
  async function at(page, { presses = true } = {}) {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: verifies,
        automaticPresenceSimulation: presses, defaultBackupEligibility: synchronises, defaultBackupState: synchronises,
      },
    });
    const send = (method, more = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
    // What a closing tab last did may never be told here. A counter may leave out numbers, and must not go back.
    for (const credential of kept.values()) await send('addCredential', { credential: { ...credential, signCount: credential.signCount + SKIPPED } });
    const note = ({ credential }) => {
      if (!(kept.get(credential.credentialId)?.signCount > credential.signCount)) kept.set(credential.credentialId, credential);
    };
    session.on('WebAuthn.credentialAdded', note);
    session.on('WebAuthn.credentialAsserted', note);
    const hand = {
      presses: (enabled) => send('setAutomaticPresenceSimulation', { enabled }),
      verifies: (isUserVerified) => send('setUserVerified', { isUserVerified }),
      credentials: async () => (await send('getCredentials')).credentials,
      /** Another state of a passkey, for instance an older copy. */
      async put(credential) {
        await send('removeCredential', { credentialId: credential.credentialId }).catch(() => {});
        await send('addCredential', { credential });
        note({ credential });
      },
      async take() {
        held.delete(page);
        await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      },
    };
    held.set(page, hand);
    return hand;
  }

  return { at, kept };
}
