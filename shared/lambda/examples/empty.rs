//! The smallest function there is: what `tests/bench/functions` compares ours with.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let nothing = |_: Request| async { Ok::<_, Error>(Response::new(Body::Empty)) };
    run(service_fn(nothing)).await
}
