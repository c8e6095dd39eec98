# Sends a message by Action Mailer as gitlab.rb says: gitlab.rb FILE FROM RECIPIENT
# GitLab's omnibus package evaluates the file and writes smtp_settings of these names (smtp_settings.rb.erb).
require 'action_mailer'
gitlab_rails = {}
eval(File.read(ARGV[0]), binding, ARGV[0])
abort 'mail is off' unless gitlab_rails['smtp_enable'] && gitlab_rails['gitlab_email_enabled']
names = %w[address port user_name password domain enable_starttls_auto tls openssl_verify_mode ca_file]
settings = names.to_h { |name| [name.to_sym, gitlab_rails["smtp_#{name}"]] }.compact
settings[:authentication] = gitlab_rails['smtp_authentication'].to_s.to_sym if gitlab_rails['smtp_authentication']
require_relative 'note'
send_note(settings, ARGV[1], ARGV[2])
