//! A small mail server on a free port of this machine. It speaks as much SMTP
//! as a letter needs.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

pub struct PostOffice {
    address: String,
    letters: Mutex<mpsc::UnboundedReceiver<String>>,
}

impl PostOffice {
    /// Takes every letter, or refuses every one.
    pub async fn open(refuses: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (taken, letters) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(talk(socket, refuses, taken.clone()));
            }
        });
        Self { address, letters: Mutex::new(letters) }
    }

    /// What the operator would set.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CALY_SMTP_URL", format!("smtp://{}", self.address)),
            ("CALY_SMTP_FROM", "Caly <calls@example.com>".to_owned()),
        ]
    }

    pub async fn next(&self) -> String {
        self.letters.lock().await.recv().await.unwrap()
    }
}

async fn talk(socket: TcpStream, refuses: bool, taken: mpsc::UnboundedSender<String>) -> std::io::Result<()> {
    let (reading, mut writing) = socket.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 post ready\r\n").await?;
    let mut letter: Option<String> = None;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match letter.as_mut() {
            Some(text) if line != "." => {
                text.push_str(&line);
                text.push('\n');
                continue;
            }
            Some(_) => {
                // The test may be over and not listen any more.
                let _ = taken.send(letter.take().unwrap_or_default());
                b"250 taken\r\n"
            }
            None => match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" | "MAIL" | "RSET" | "NOOP" => b"250 ok\r\n",
                "RCPT" if refuses => b"550 nobody of that name\r\n",
                "RCPT" => b"250 ok\r\n",
                "DATA" => {
                    letter = Some(String::new());
                    b"354 go on\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"500 what\r\n",
            },
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}
