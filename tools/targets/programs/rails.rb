# Sends a message by Action Mailer as config/smtp.yml says: rails.rb FILE FROM RECIPIENT
require 'action_mailer'
require 'yaml'
settings = YAML.safe_load(File.read(ARGV[0]))['shared'].transform_keys(&:to_sym)
settings[:authentication] = settings[:authentication].to_sym if settings[:authentication]
require_relative 'note'
send_note(settings, ARGV[1], ARGV[2])
