//! From one version's tables to the next, on both engines.

use crate::world::{World, both};
use caly_store::{Database, Store, StoreError};
use sqlx::{Connection, Executor};

/// The last steps undone: what a database of an earlier version looks like.
const BEFORE: &str = "DROP TABLE recordings; ALTER TABLE channels DROP COLUMN keep_talks; \
     DROP INDEX calls_outcome; DROP INDEX calls_channel; DROP INDEX calls_rescuer; \
     DROP INDEX tasks_state; DROP INDEX jobs_parked; \
     CREATE INDEX calls_open_rescuer ON calls (client_id, rescuer_id) WHERE ended_at IS NULL; \
     ALTER TABLE doctors DROP COLUMN is_active; ALTER TABLE doctors DROP COLUMN rev; \
     INSERT INTO doctors (client_id, id, name, speciality, slot_minutes) \
     SELECT id, 901, 'Doctor Rao', 'Skin', 15 FROM clients; \
     INSERT INTO doctors (client_id, id, name, speciality, slot_minutes) \
     SELECT id, 902, 'Doctor Rao', 'Skin', 15 FROM clients; \
     DELETE FROM schema_versions WHERE version IN (7, 8, 9, 1007);";

/// Runs SQL behind Caly's back.
async fn behind(w: &World, sql: &'static str) {
    match &w.temp.database {
        Database::Sqlite(path) => {
            let mut conn = sqlx::SqliteConnection::connect(&path.display().to_string()).await.unwrap();
            conn.execute(sqlx::raw_sql(sql)).await.unwrap();
            conn.close().await.unwrap();
        }
        Database::Postgres(url) => {
            let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
            conn.execute(sqlx::raw_sql(sql)).await.unwrap();
            conn.close().await.unwrap();
        }
    }
}

async fn opened(w: &World) -> Result<Store, StoreError> {
    w.s.close().await;
    Store::open(&w.temp.database).await
}

#[tokio::test]
async fn a_database_of_the_version_before_keeps_its_rows() {
    both(|w| {
        Box::pin(async move {
            behind(w, BEFORE).await;
            let store = opened(w).await.unwrap();
            let clients = store.clients().await.unwrap();
            assert_eq!(clients.len(), 2);
            assert!(!store.channel(&w.a.scope, w.a.channel).await.unwrap().keep_talks);
            assert_eq!(store.member(&w.a.scope, w.a.m1).await.unwrap().id, w.a.m1);
            let doctors = store.doctors(&w.a.scope).await.unwrap();
            let read: Vec<_> = doctors.iter().map(|d| (d.id.0, d.is_active, d.rev)).collect();
            assert_eq!(read, [(901, true, 1), (902, true, 1)], "also two of one name");
            store.close().await;
        })
    })
    .await;
}

/// What a kill, a full disk or a lost connection in mid-step amounts to: the
/// step is either there whole or not at all, and the next start goes on.
#[tokio::test]
async fn a_step_that_stops_half_way_leaves_nothing_and_is_done_by_the_next_start() {
    both(|w| {
        Box::pin(async move {
            // The column stands in the way of the step, behind its table.
            behind(w, "DROP TABLE recordings; DELETE FROM schema_versions WHERE version IN (7, 1007)").await;
            let stopped = opened(w).await.err().unwrap();
            assert!(matches!(stopped, StoreError::Migration { step: 7, .. }), "{stopped}");
            let again = Store::open(&w.temp.database).await.err().unwrap();
            assert!(matches!(again, StoreError::Migration { step: 7, .. }), "it was marked as done: {again}");
            behind(w, "ALTER TABLE channels DROP COLUMN keep_talks").await;
            let store = Store::open(&w.temp.database).await.unwrap();
            assert_eq!(store.clients().await.unwrap().len(), 2);
            store.close().await;
        })
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    both(|w| {
        Box::pin(async move {
            behind(w, "INSERT INTO schema_versions (version) VALUES (900)").await;
            let refused = opened(w).await.err().unwrap();
            assert!(matches!(refused, StoreError::Newer { found: 900, .. }), "{refused}");
            assert!(refused.to_string().contains("newer Caly"), "{refused}");
        })
    })
    .await;
}
