// @ts-check
export default {
  account: 'Dein Konto bei dieser Domain',
  heading: 'Diese Seite arbeitet in anderen',
  title: 'Bereitstellung',
  what: 'Sie fragt diese Domain nach einem Zertifikat und zeigt nichts.',
};
