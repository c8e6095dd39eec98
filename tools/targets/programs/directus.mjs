// Reads the environment by Directus' own reader and sends as its mailer does: directus.mjs RECIPIENT
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const modules = process.env.NODE_PATH;
const require = createRequire(path.join(modules, 'x.js'));
const { useEnv } = await import(pathToFileURL(path.join(modules, '@directus/env/dist/index.js')));
const { createTransport } = require('nodemailer');

const env = useEnv();
if (String(env.EMAIL_TRANSPORT).toLowerCase() !== 'smtp') {
  console.error('mail is off');
  process.exit(1);
}
const auth = env.EMAIL_SMTP_USER || env.EMAIL_SMTP_PASSWORD ? { user: env.EMAIL_SMTP_USER, pass: env.EMAIL_SMTP_PASSWORD } : false;
createTransport({
  name: env.EMAIL_SMTP_NAME,
  host: env.EMAIL_SMTP_HOST,
  port: env.EMAIL_SMTP_PORT,
  secure: env.EMAIL_SMTP_SECURE,
  ignoreTLS: env.EMAIL_SMTP_IGNORE_TLS,
  auth,
  connectionTimeout: 5000,
})
  .sendMail({ from: env.EMAIL_FROM, to: process.argv[2], subject: 'test', text: 'Text.' })
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
