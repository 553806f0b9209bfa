//! The lines of the first checklist on a demo without a past.

use caly_tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn the_seeds_own_lines_work() {
    let app = TestApp::start(None).await;
    assert_eq!(caly_tests::seed::run(&app.base), 0);
}
