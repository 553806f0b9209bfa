pub mod mind;
