//! Opening the stream's socket as the carrier does.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async_tls_with_config, client_async_with_config};
use url::Url;

/// The carrier's own limit.
const PATIENCE: Duration = Duration::from_secs(10);
/// The default of 128 KiB is most of a call's memory under load.
const READ_BUFFER: usize = 8 * 1024;

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where to, and how.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) url: Url,
    /// Instead of the address's host, without TLS.
    pub(crate) dial: Option<SocketAddr>,
    /// User and password.
    pub(crate) basic: Option<(String, String)>,
}

/// Opens the socket; the error is the carrier's sentence.
pub(crate) async fn open(target: &Target) -> Result<Socket, String> {
    match tokio::time::timeout(PATIENCE, opened(target)).await {
        Ok(opened) => opened.map_err(|e| e.to_string()),
        Err(_) => Err("no handshake within 10 s".to_owned()),
    }
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

async fn opened(target: &Target) -> Result<Socket, AnyError> {
    let tls = target.dial.is_none() && target.url.scheme() == "wss";
    let tcp = match target.dial {
        Some(addr) => TcpStream::connect(addr).await?,
        None => TcpStream::connect(host_and_port(&target.url)?).await?,
    };
    tcp.set_nodelay(true)?;
    let request = request(target)?;
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let (socket, _) = if tls {
        client_async_tls_with_config(request, tcp, Some(config), None).await?
    } else {
        client_async_with_config(request, MaybeTlsStream::Plain(tcp), Some(config)).await?
    };
    Ok(socket)
}

fn request(target: &Target) -> Result<Request, AnyError> {
    let mut request = target.url.as_str().into_client_request()?;
    if let Some((user, password)) = &target.basic {
        let pair = base64_simd::STANDARD.encode_to_string(format!("{user}:{password}"));
        request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Basic {pair}"))?);
    }
    Ok(request)
}

fn host_and_port(url: &Url) -> Result<String, String> {
    let host = url.host_str().ok_or("the stream address has no host")?;
    let port = url.port_or_known_default().ok_or("the stream address has no port")?;
    Ok(format!("{host}:{port}"))
}
