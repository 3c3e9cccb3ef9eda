// @ts-check
export default {
  account: 'Your account at this domain',
  heading: 'This page works inside others',
  title: 'Provisioning',
  what: 'It asks this domain for a certificate and shows nothing.',
};
