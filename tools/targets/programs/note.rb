# One message by Action Mailer.
class Note < ActionMailer::Base
  def test(from, to)
    mail(from: from, to: to, subject: 'test', body: 'Text.')
  end
end

def send_note(settings, from, recipient)
  ActionMailer::Base.smtp_settings = settings.merge(open_timeout: 5, read_timeout: 5)
  ActionMailer::Base.delivery_method = :smtp
  ActionMailer::Base.raise_delivery_errors = true
  Note.test(from, recipient).deliver_now
end
