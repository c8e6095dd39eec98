## GitLab configuration
external_url 'http://git.acme.example'
# gitlab_rails['smtp_enable'] = true
gitlab_rails['smtp_address'] = "localhost" # here
gitlab_rails['smtp_port'] = 465
nginx['enable'] = true
gitlab_rails['ldap_servers'] = YAML.load <<-'EOS'
  main:
    label: 'LDAP'
EOS
