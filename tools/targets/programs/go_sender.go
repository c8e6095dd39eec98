// Reads grafana.ini or Gitea's app.ini by go-ini, as the programs do, and sends a message by mail.v2, Grafana's mailer.
// Usage: go-sender grafana|gitea FILE RECIPIENT
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"strconv"

	ini "gopkg.in/ini.v1"
	mail "gopkg.in/mail.v2"
)

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func main() {
	program, file, recipient := os.Args[1], os.Args[2], os.Args[3]
	options := ini.LoadOptions{}
	if program == "gitea" {
		options.IgnoreContinuation = true
	}
	settings, err := ini.LoadSources(options, file)
	if err != nil {
		fail(err)
	}
	message := mail.NewMessage()
	var dialer *mail.Dialer
	if program == "grafana" {
		section := settings.Section("smtp")
		if !section.Key("enabled").MustBool(false) {
			fail(fmt.Errorf("mail is off"))
		}
		host, port, err := net.SplitHostPort(section.Key("host").String())
		if err != nil {
			fail(err)
		}
		number, _ := strconv.Atoi(port)
		dialer = mail.NewDialer(host, number, section.Key("user").String(), section.Key("password").String())
		dialer.TLSConfig = &tls.Config{ServerName: host, InsecureSkipVerify: section.Key("skip_verify").MustBool(false)}
		switch section.Key("startTLS_policy").String() {
		case "NoStartTLS":
			dialer.StartTLSPolicy = mail.NoStartTLS
		case "MandatoryStartTLS":
			dialer.StartTLSPolicy = mail.MandatoryStartTLS
		}
		message.SetHeader("From", message.FormatAddress(section.Key("from_address").String(), section.Key("from_name").String()))
	} else {
		section := settings.Section("mailer")
		if !section.Key("ENABLED").MustBool(false) {
			fail(fmt.Errorf("mail is off"))
		}
		host := section.Key("SMTP_ADDR").String()
		dialer = mail.NewDialer(host, section.Key("SMTP_PORT").MustInt(0), section.Key("USER").String(), section.Key("PASSWD").String())
		dialer.TLSConfig = &tls.Config{ServerName: host, InsecureSkipVerify: section.Key("FORCE_TRUST_SERVER_CERT").MustBool(false)}
		switch section.Key("PROTOCOL").String() {
		case "smtps":
			dialer.SSL = true
		case "smtp":
			dialer.StartTLSPolicy = mail.NoStartTLS
		}
		message.SetHeader("From", section.Key("FROM").String())
	}
	message.SetHeader("To", recipient)
	message.SetHeader("Subject", "test")
	message.SetBody("text/plain", "Text.")
	if err := dialer.DialAndSend(message); err != nil {
		fail(err)
	}
}
