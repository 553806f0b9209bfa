use caly_lab::{Policy, rb1, rb2};
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    for r in rb2::run(&rb2::table(), n, 1) { println!("{:<16} {:?}", r.router, r); }
    println!("{:?}", rb2::sanity(n, 1));
    for r in rb1::run(&Policy::TABLE, n, 1) { println!("{:<16} {:?}", r.policy, r); }
    for rho in [0.6,0.8,0.9] { println!("{rho} {}", rb1::sanity(rho, n, 1)); }
}
