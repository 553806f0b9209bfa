//! Whole conversations: words and keys in; speeches, tools and facts out.

mod catalogue;
mod clinic;
mod keys;
mod random;
mod shop;
mod talk;
