import java.io.FileInputStream;
import java.util.Properties;
import javax.mail.Message;
import javax.mail.Session;
import javax.mail.Transport;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;

/** Reads spring.mail.* as Spring Boot's JavaMailSenderImpl does and sends a message: SpringSender FILE FROM RECIPIENT. */
public class SpringSender {
  public static void main(String[] arguments) throws Exception {
    Properties given = new Properties();
    try (FileInputStream file = new FileInputStream(arguments[0])) {
      given.load(file);
    }
    Properties mail = new Properties();
    String start = "spring.mail.properties.";
    for (String name : given.stringPropertyNames()) {
      if (name.startsWith(start)) mail.put(name.substring(start.length()), given.getProperty(name));
    }
    mail.put("mail.smtp.connectiontimeout", "5000");
    mail.put("mail.smtp.timeout", "5000");
    Session session = Session.getInstance(mail);
    MimeMessage message = new MimeMessage(session);
    message.setFrom(new InternetAddress(arguments[1]));
    message.setRecipients(Message.RecipientType.TO, arguments[2]);
    message.setSubject("test");
    message.setText("Text.");
    message.saveChanges();
    try (Transport transport = session.getTransport("smtp")) {
      transport.connect(
          given.getProperty("spring.mail.host"),
          Integer.parseInt(given.getProperty("spring.mail.port", "-1")),
          given.getProperty("spring.mail.username"),
          given.getProperty("spring.mail.password"));
      transport.sendMessage(message, message.getAllRecipients());
    }
  }
}
