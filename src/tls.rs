//! TLS for both edges that talk to mail servers: the system's roots, plus one private authority where `ca_file` names it.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use rustls::{ClientConfig, version};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error(
        "ca_file {file}: {source}. Give a readable PEM file with the certificate of the authority"
    )]
    CaFileUnreadable { file: PathBuf, source: io::Error },
    #[error(
        "ca_file {file}: {what}. It must hold at least one -----BEGIN CERTIFICATE----- block of the authority that signed the server's certificate"
    )]
    CaFileInvalid { file: PathBuf, what: String },
    #[error(
        "no trusted authorities: {0}. Install the package ca-certificates, or name the server's authority in ca_file"
    )]
    NoRoots(rustls::Error),
}

/// One configuration for each set of private authorities, keyed by the octets of the file: a few hundred system roots
/// are parsed once and shared by all connections, TLS sessions are resumed, and a changed `ca_file` is seen without a
/// restart.
static CONFIGS: LazyLock<Mutex<HashMap<Vec<u8>, Arc<ClientConfig>>>> =
    LazyLock::new(Mutex::default);

/// A connector that checks chain and name, by TLS 1.2 or later, and trusts the system's roots and those in `ca_file`.
///
/// Reads files (some hundred KiB) the first time: call it from a place that may take some milliseconds.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, TlsError> {
    client_config(ca_file).map(TlsConnector::from)
}

/// The configuration behind [`connector`].
pub fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    let pem = match ca_file {
        None => Vec::new(),
        Some(file) => std::fs::read(file).map_err(|source| TlsError::CaFileUnreadable {
            file: file.to_owned(),
            source,
        })?,
    };
    let mut configs = CONFIGS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = configs.get(&pem) {
        return Ok(known.clone());
    }
    let config = Arc::new(build(ca_file, &pem)?);
    configs.insert(pem, config.clone());
    Ok(config)
}

fn build(ca_file: Option<&Path>, pem: &[u8]) -> Result<ClientConfig, TlsError> {
    // Named, never the process default: with a second provider in the graph the default panics (crates.md section 0).
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = match ca_file {
        None => Verifier::new(provider.clone()).map_err(TlsError::NoRoots)?,
        Some(file) => {
            let invalid = |what: String| TlsError::CaFileInvalid {
                file: file.to_owned(),
                what,
            };
            let roots = CertificateDer::pem_slice_iter(pem)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| invalid(error.to_string()))?;
            if roots.is_empty() {
                return Err(invalid("holds no certificate".to_owned()));
            }
            Verifier::new_with_extra_roots(roots, provider.clone())
                .map_err(|error| invalid(error.to_string()))?
        }
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(TlsError::NoRoots)?
        .dangerous() // Only the name of the API: this verifier is the strict one.
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // 256 sessions by default; an office has a handful of servers.
    config.resumption = rustls::client::Resumption::in_memory_sessions(16);
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls_pki_types::{PrivateKeyDer, ServerName};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    struct Authority {
        issuer: CertifiedIssuer<'static, KeyPair>,
    }

    impl Authority {
        fn new() -> Self {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let key = KeyPair::generate().expect("a key");
            Self {
                issuer: CertifiedIssuer::self_signed(params, key).expect("an authority"),
            }
        }

        fn server_config(&self, name: &str) -> Arc<rustls::ServerConfig> {
            let key = KeyPair::generate().expect("a key");
            let leaf = CertificateParams::new([name.to_owned()])
                .expect("a name")
                .signed_by(&key, &self.issuer)
                .expect("a leaf");
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = rustls::ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_no_client_auth()
                .with_single_cert(
                    vec![leaf.der().clone()],
                    PrivateKeyDer::Pkcs8(key.serialize_der().into()),
                )
                .expect("a server");
            Arc::new(config)
        }
    }

    async fn handshake(
        connector: TlsConnector,
        server: Arc<rustls::ServerConfig>,
    ) -> io::Result<()> {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let serving = tokio::spawn(async move {
            let mut stream = tokio_rustls::TlsAcceptor::from(server).accept(far).await?;
            stream.write_all(b"hello").await?;
            stream.shutdown().await
        });
        let name = ServerName::try_from("mail.berau.test").expect("a name");
        let mut stream = connector.connect(name, near).await?;
        let mut greeting = String::new();
        stream.read_to_string(&mut greeting).await?;
        assert_eq!(greeting, "hello");
        serving.await.expect("no panic")
    }

    fn ca_file(authority: &Authority) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), authority.issuer.pem()).expect("written");
        file
    }

    #[tokio::test]
    async fn a_private_authority_is_trusted_beside_the_system_only_where_named() {
        let authority = Authority::new();
        let file = ca_file(&authority);
        let server = authority.server_config("mail.berau.test");
        let with = connector(Some(file.path())).expect("a connector");
        handshake(with, server.clone()).await.expect("trusted");
        if let Ok(without) = connector(None) {
            handshake(without, server).await.expect_err("not trusted");
        }
    }

    #[tokio::test]
    async fn a_certificate_for_another_name_is_refused() {
        let authority = Authority::new();
        let file = ca_file(&authority);
        let server = authority.server_config("mail.kutai.test");
        let connector = connector(Some(file.path())).expect("a connector");
        handshake(connector, server).await.expect_err("other name");
    }

    #[test]
    fn configurations_are_shared_until_the_file_changes() {
        let (first, second) = (Authority::new(), Authority::new());
        let file = ca_file(&first);
        let one = client_config(Some(file.path())).expect("a configuration");
        let again = client_config(Some(file.path())).expect("a configuration");
        assert!(Arc::ptr_eq(&one, &again));
        std::fs::write(file.path(), second.issuer.pem()).expect("written");
        let changed = client_config(Some(file.path())).expect("a configuration");
        assert!(!Arc::ptr_eq(&one, &changed));
    }

    #[test]
    fn a_ca_file_without_a_certificate_is_named_in_the_error() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let error = connector(Some(file.path())).map(|_| ()).expect_err("empty");
        assert!(
            error.to_string().contains("holds no certificate"),
            "{error}"
        );
        let missing = file.path().with_extension("missing");
        let error = connector(Some(&missing)).map(|_| ()).expect_err("missing");
        assert!(error.to_string().contains(&missing.display().to_string()));
    }
}
