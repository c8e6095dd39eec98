<?php
// Sends a message by Symfony Mailer as a MAILER_DSN says: symfony.php DSN FROM RECIPIENT
require '/usr/share/php/Symfony/Component/Mailer/autoload.php';
$transport = Symfony\Component\Mailer\Transport::fromDsn($argv[1]);
$message = (new Symfony\Component\Mime\Email())->from($argv[2])->to($argv[3])->subject('test')->text('Text.');
$transport->send($message);
