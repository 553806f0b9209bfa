use std::process::ExitCode;

/// Prints the document that the server serves and that the tree carries.
pub fn run() -> anyhow::Result<ExitCode> {
    println!("{}", serde_json::to_string_pretty(&caly_server::openapi::openapi())?);
    Ok(ExitCode::SUCCESS)
}
