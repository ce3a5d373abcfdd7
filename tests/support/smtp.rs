//! Handing a mail to a server, as the provider of a bidder does: SMTP to Postfix, or LMTP straight to Dovecot.

use super::{Wire, with_crlf};

/// Hands over one mail and returns when the server took it. `Err` holds the server's refusal, at whatever step.
pub fn send(port: u16, hello: &str, from: &str, to: &[&str], mail: &[u8]) -> Result<(), String> {
    let mut wire = Wire::connect(port);
    answer(&mut wire)?;
    let mut say = |command: String| {
        wire.send(format!("{command}\r\n").as_bytes());
        answer(&mut wire)
    };
    say(format!("{hello} mx.surel.example"))?;
    say(format!("MAIL FROM:<{from}> BODY=8BITMIME"))?;
    for address in to {
        say(format!("RCPT TO:<{address}>"))?;
    }
    say("DATA".to_owned())?;

    let mut mail = with_crlf(mail);
    if !mail.ends_with(b"\r\n") {
        mail.extend_from_slice(b"\r\n");
    }
    let mut stuffed = Vec::with_capacity(mail.len() + 16);
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    stuffed.extend_from_slice(b".\r\n");
    wire.send(&stuffed);
    // LMTP answers once for each recipient.
    let answers = if hello == "LHLO" { to.len() } else { 1 };
    for _ in 0..answers {
        answer(&mut wire)?;
    }
    wire.send(b"QUIT\r\n");
    Ok(())
}

fn answer(wire: &mut Wire) -> Result<(), String> {
    loop {
        let line = wire.line();
        if line.as_bytes().get(3) == Some(&b'-') {
            continue;
        }
        return match line.as_bytes().first() {
            Some(b'2' | b'3') => Ok(()),
            _ => Err(line),
        };
    }
}
