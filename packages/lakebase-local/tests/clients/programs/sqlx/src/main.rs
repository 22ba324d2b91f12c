//! Makes sqlx answer. Where to log in is said by libpq's variables.

use std::env;

use futures_util::TryStreamExt;
use futures_util::future::try_join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPool, PgPoolOptions};
use sqlx::{Connection, Error, query, query_scalar};

/// So many sessions are open at once.
const SESSIONS: usize = 60;

type Answer = Result<String, Error>;

async fn connect() -> Result<PgConnection, Error> {
    PgConnection::connect_with(&PgConnectOptions::new()).await
}

async fn scram() -> Answer {
    let guest = PgConnectOptions::new().username("guest");
    let password = env::var("GUEST_PASSWORD").expect("GUEST_PASSWORD is set");
    let mut session = PgConnection::connect_with(&guest.clone().password(&password)).await?;
    let me: String = query_scalar("SELECT current_user::text").fetch_one(&mut session).await?;
    session.close().await?;
    match PgConnection::connect_with(&guest.password("wrong")).await {
        Err(Error::Database(error)) if error.code().as_deref() == Some("28P01") => Ok(format!("{me} refused")),
        Err(error) => Err(error),
        Ok(_) => Ok(format!("{me} let in")),
    }
}

async fn copy() -> Answer {
    let mut session = connect().await?;
    query("CREATE TEMPORARY TABLE numbers (number int)").execute(&mut session).await?;
    let mut target = session.copy_in_raw("COPY numbers FROM STDIN").await?;
    let lines: String = (1..=1000).map(|number| format!("{number}\n")).collect();
    target.send(lines.into_bytes()).await?;
    target.finish().await?;
    let chunks: Vec<_> = session.copy_out_raw("COPY numbers TO STDOUT").await?.try_collect().await?;
    let text = String::from_utf8(chunks.concat()).expect("numbers are UTF-8");
    let sum: u32 = text.lines().map(|line| line.parse::<u32>().expect("a number on each line")).sum();
    Ok(sum.to_string())
}

async fn notify(pool: &PgPool) -> Answer {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen("sqlx").await?;
    query("NOTIFY sqlx, 'hello'").execute(pool).await?;
    Ok(listener.recv().await?.payload().to_owned())
}

async fn cancel(pool: &PgPool) -> Answer {
    let mut session = connect().await?;
    let pid: i32 = query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await?;
    let slow = tokio::spawn(async move {
        let ended = query("SELECT pg_sleep(600)").execute(&mut session).await;
        (session, ended)
    });
    let asleep = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
        WHERE pid = $1 AND state = 'active' AND query = 'SELECT pg_sleep(600)'";
    while query(asleep).bind(pid).fetch_optional(pool).await?.is_none() {}
    let (mut session, ended) = slow.await.expect("the task does not panic");
    match ended {
        Err(Error::Database(error)) if error.code().as_deref() == Some("57014") => {
            query_scalar("SELECT 'cancelled'").fetch_one(&mut session).await
        }
        Err(error) => Err(error),
        Ok(_) => Ok("not cancelled".to_owned()),
    }
}

async fn prepared() -> Answer {
    let mut session = connect().await?;
    let mut doubled = Vec::new();
    for value in [1, 2, 3] {
        // Prepared at its first use, and kept.
        let answer: i32 = query_scalar("SELECT $1::int * 2").bind(value).fetch_one(&mut session).await?;
        doubled.push(answer.to_string());
    }
    Ok(doubled.join(","))
}

async fn big() -> Answer {
    let value = "0123456789abcdef".repeat(512 * 1024);
    let answer: String = query_scalar("SELECT $1::text").bind(&value).fetch_one(&mut connect().await?).await?;
    Ok((answer == value).to_string())
}

async fn logins() -> Answer {
    let mut held = try_join_all((0..SESSIONS).map(|_| connect())).await?;
    let mut count = 0;
    for session in &mut held {
        count += query_scalar::<_, i32>("SELECT 1").fetch_one(session).await?;
    }
    Ok(count.to_string())
}

#[tokio::main]
async fn main() {
    let pool = PgPoolOptions::new().connect_lazy_with(PgConnectOptions::new());
    let answers = [
        ("scram", scram().await),
        ("copy", copy().await),
        ("notify", notify(&pool).await),
        ("cancel", cancel(&pool).await),
        ("prepared", prepared().await),
        ("big", big().await),
        ("logins", logins().await),
    ];
    let fields = answers.map(|(name, answer)| {
        format!("{name:?}: {:?}", answer.unwrap_or_else(|error| error.to_string()))
    });
    println!("{{{}}}", fields.join(", "));
}
