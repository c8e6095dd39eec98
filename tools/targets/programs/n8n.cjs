// Reads the environment by n8n's own configuration and sends as its NodeMailer service does: n8n.cjs RECIPIENT
require('reflect-metadata');
const { GlobalConfig } = require('@n8n/config');
const { Container } = require('@n8n/di');
const { createTransport } = require('nodemailer');

const { mode, smtp } = Container.get(GlobalConfig).userManagement.emails;
if (mode !== 'smtp') {
  console.error('mail is off');
  process.exit(1);
}
const options = { host: smtp.host, port: smtp.port, secure: smtp.secure, ignoreTLS: !smtp.startTLS, connectionTimeout: 5000 };
if (smtp.auth.user) options.auth = { user: smtp.auth.user, pass: smtp.auth.pass };
createTransport(options)
  .sendMail({ from: smtp.sender, to: process.argv[2], subject: 'test', text: 'Text.' })
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
