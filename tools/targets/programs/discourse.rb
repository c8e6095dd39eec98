# Sends a message by Action Mailer as Discourse's variables say: discourse.rb FROM RECIPIENT
# Its EnvProvider knows booleans and numbers; config/environments/production.rb gives the settings these names.
require 'action_mailer'
value = lambda do |name|
  text = ENV["DISCOURSE_#{name}"]
  { 'true' => true, 'false' => false, '' => nil }.fetch(text) { text }
end
settings = {
  address: value['SMTP_ADDRESS'],
  port: value['SMTP_PORT'].to_i,
  domain: value['SMTP_DOMAIN'],
  user_name: ENV['DISCOURSE_SMTP_USER_NAME'],
  password: ENV['DISCOURSE_SMTP_PASSWORD'],
  authentication: value['SMTP_AUTHENTICATION'],
  enable_starttls_auto: value['SMTP_ENABLE_START_TLS'],
  openssl_verify_mode: value['SMTP_OPENSSL_VERIFY_MODE']
}.compact
settings[:tls] = true if value['SMTP_FORCE_TLS']
require_relative 'note'
send_note(settings, ARGV[0], ARGV[1])
