//! The second wall: on PostgreSQL a statement without its predicate sees one
//! client's rows, or none. The control takes the wall away and must see all.

use crate::world::*;
use sqlx::{Connection, PgConnection, Row};

#[tokio::test]
async fn row_level_security_hides_the_other_client() {
    both(|w| {
        Box::pin(async move {
            let caly_store::Database::Postgres(url) = &w.temp.database else { return };
            let mut conn = PgConnection::connect(url).await.unwrap();
            let all = count(&mut conn).await;
            assert_eq!(all, 6, "the control: a superuser stands above the wall");
            let mut tx = conn.begin().await.unwrap();
            enter(&mut tx, "caly_app", &w.a.scope.client.to_string()).await;
            assert_eq!(count(&mut tx).await, 3);
            let moved = sqlx::query("UPDATE members SET client_id = $1")
                .bind(w.b.scope.client.to_string())
                .execute(&mut *tx)
                .await;
            assert!(moved.is_err(), "rows cannot be pushed through the wall");
            tx.rollback().await.unwrap();
            let mut tx = conn.begin().await.unwrap();
            enter(&mut tx, "caly_app", "").await;
            assert_eq!(count(&mut tx).await, 0, "no client named, nothing seen");
            tx.rollback().await.unwrap();
            let mut tx = conn.begin().await.unwrap();
            enter(&mut tx, "caly_global", "").await;
            assert!(sqlx::query("SELECT 1 FROM members").fetch_all(&mut *tx).await.is_err());
        })
    })
    .await;
}

async fn enter(conn: &mut PgConnection, role: &str, client: &str) {
    sqlx::query("SELECT set_config('app.client_id', $1, true), set_config('role', $2, true)")
        .bind(client.to_owned())
        .bind(role.to_owned())
        .execute(conn)
        .await
        .unwrap();
}

async fn count(conn: &mut PgConnection) -> i64 {
    sqlx::query("SELECT COUNT(*) FROM members").fetch_one(conn).await.unwrap().get(0)
}

#[tokio::test]
async fn every_table_of_a_client_is_behind_the_wall() {
    both(|w| {
        Box::pin(async move {
            let caly_store::Database::Postgres(url) = &w.temp.database else { return };
            let mut conn = PgConnection::connect(url).await.unwrap();
            let bare: Vec<String> = sqlx::query(
                "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT c.relforcerowsecurity ORDER BY 1",
            )
            .fetch_all(&mut conn)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
            assert_eq!(
                bare,
                [
                    "clients",
                    "hook_keys",
                    "jobs",
                    "links",
                    "memberships",
                    "nodes",
                    "schema_versions",
                    "sessions",
                    "stream_tokens",
                    "users"
                ],
                "only the global tables"
            );
        })
    })
    .await;
}
