//! Few worlds, quickly: the simulators against queueing theory, sameness from a
//! seed, and a router that must fail.

use caly_lab::{Policy, formulas, rb1, rb2};

#[test]
fn the_formulas_know_their_vectors() {
    // One server: M/M/1's ρ/(1 − ρ) services.
    assert!((formulas::erlang_c_wait(1, 0.5, 100.0) - 100.0).abs() < 1e-9);
    assert!((100.0 * formulas::erlang_a_lost(8, 0.5, 150.0, 45.0) - 1.57).abs() < 0.01);
}

#[test]
fn rb1_waits_as_erlang_c_says() {
    // Few worlds: 8 % leaves room for chance; the command asks 5 % of a hundred.
    let ratio = rb1::sanity(0.8, 12, 7);
    assert!((ratio - 1.0).abs() < 0.08, "{ratio}");
}

#[test]
fn rb2_loses_as_the_formula_says() {
    // Few worlds: 0.25 points leave room for chance; the command asks 0.1 of sixty.
    let (measured, formula) = rb2::sanity(12, 7);
    assert!((measured - formula).abs() < 0.25, "{measured} against {formula}");
}

#[test]
fn a_seed_gives_the_same_figures_and_another_seed_others() {
    let one =
        |seed| (rb1::run(&[Policy::Ours(40)], 2, seed), rb2::run(&[rb2::Router::Late(Policy::Ours(40))], 2, seed));
    assert_eq!(one(3), one(3));
    assert_ne!(one(3), one(4));
}

#[test]
fn always_the_first_fails_the_gates_that_ours_passes() {
    let rows = rb1::run(&[Policy::First, Policy::Ours(40)], 6, 1);
    let gini = |row| rb1::gates(row).into_iter().next_back().map(|g| g.pass);
    assert_eq!((gini(&rows[0]), gini(&rows[1])), (Some(false), Some(true)), "{rows:?}");
    assert!(!rb1::gates(&rows[0])[0].pass, "{rows:?}");

    let routers = [rb2::Router::Pool, rb2::Router::Late(Policy::First), rb2::Router::Late(Policy::Ours(40))];
    let rows = rb2::run(&routers, 6, 1);
    let passes = |row| rb2::gates(row, &rows[0]).iter().all(|g| g.pass);
    assert!(!passes(&rows[1]), "{rows:?}");
    assert!(passes(&rows[2]), "{rows:?}");
}
