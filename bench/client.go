// Sends one test message for each person as a plain Go program would: net/smtp, STARTTLS, AUTH PLAIN, a connection each.
//
// usage: client HOST:PORT SERVER-NAME CA-FILE RECIPIENT CONNECTIONS < "ADDRESS PASSWORD" lines
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/smtp"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

func main() {
	address, name, recipient := os.Args[1], os.Args[2], os.Args[4]
	pem, err := os.ReadFile(os.Args[3])
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{ServerName: name, RootCAs: roots}
	connections, err := strconv.Atoi(os.Args[5])
	check(err)
	people := make(chan [2]string)
	var wait sync.WaitGroup
	for i := 0; i < connections; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for person := range people {
				check(send(address, name, config, person[0], person[1], recipient))
			}
		}()
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		sender, password, _ := strings.Cut(lines.Text(), " ")
		people <- [2]string{sender, password}
	}
	close(people)
	wait.Wait()
}

func send(address, name string, config *tls.Config, sender, password, recipient string) error {
	client, err := smtp.Dial(address)
	if err != nil {
		return err
	}
	defer client.Close()
	if err = client.StartTLS(config); err != nil {
		return err
	}
	if err = client.Auth(smtp.PlainAuth("", sender, password, strings.Split(address, ":")[0])); err != nil {
		return err
	}
	if err = client.Mail(sender); err != nil {
		return err
	}
	if err = client.Rcpt(recipient); err != nil {
		return err
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	now := time.Now()
	_, err = fmt.Fprintf(body, "From: %s\r\nTo: %s\r\nDate: %s\r\nMessage-ID: <%d.%s>\r\nSubject: Test message\r\n\r\n%s\r\n",
		sender, recipient, now.Format(time.RFC1123Z), now.UnixNano(), sender, strings.Repeat("A line of the test message.\r\n", 30))
	if err != nil {
		return err
	}
	if err = body.Close(); err != nil {
		return err
	}
	return client.Quit()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
