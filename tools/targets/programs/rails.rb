# Sends a message by Action Mailer as config/smtp.yml says: rails.rb FILE FROM RECIPIENT
require 'action_mailer'
require 'yaml'
settings = YAML.safe_load(File.read(ARGV[0]))['shared'].transform_keys(&:to_sym)
settings[:authentication] = settings[:authentication].to_sym if settings[:authentication]
ActionMailer::Base.smtp_settings = settings.merge(open_timeout: 5, read_timeout: 5)
ActionMailer::Base.delivery_method = :smtp
ActionMailer::Base.raise_delivery_errors = true
class Note < ActionMailer::Base
  def test(from, to)
    mail(from: from, to: to, subject: 'test', body: 'Text.')
  end
end
Note.test(ARGV[1], ARGV[2]).deliver_now
