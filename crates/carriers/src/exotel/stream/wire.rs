//! The frames' shapes, borrowed from the text where they can be: a media frame
//! allocates nothing here.

use super::loose::{Count, Loose};
use super::{FrameError, Start};
use crate::exotel::storable;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize)]
pub struct Envelope<'a> {
    #[serde(borrow)]
    pub event: Cow<'a, str>,
    #[serde(default, alias = "streamSid")]
    pub stream_sid: Option<Loose>,
    #[serde(default, rename = "sequence_number", alias = "sequenceNumber")]
    pub sequence: Count,
    #[serde(borrow, default)]
    pub media: Option<Media<'a>>,
    #[serde(default)]
    pub start: Option<StartBody>,
    #[serde(default)]
    pub dtmf: Option<Dtmf>,
    #[serde(borrow, default)]
    pub mark: Option<Mark<'a>>,
    #[serde(borrow, default)]
    pub stop: Option<Stop<'a>>,
}

#[derive(Deserialize)]
pub struct Media<'a> {
    #[serde(borrow)]
    pub payload: Cow<'a, str>,
    #[serde(default)]
    pub timestamp: Count,
}

#[derive(Deserialize)]
pub struct Dtmf {
    pub digit: Loose,
}

#[derive(Deserialize)]
pub struct Mark<'a> {
    #[serde(borrow)]
    pub name: Cow<'a, str>,
}

#[derive(Deserialize)]
pub struct Stop<'a> {
    #[serde(borrow, default)]
    pub reason: Option<Cow<'a, str>>,
}

// `custom_parameters` is left out on purpose: it comes absent, as {}, as "" and
// as null, and nothing in it is needed, since our token stands in the path.
#[derive(Deserialize)]
pub struct StartBody {
    #[serde(default, alias = "streamSid")]
    stream_sid: Option<Loose>,
    #[serde(default, alias = "callSid")]
    call_sid: Option<Loose>,
    #[serde(default, alias = "accountSid")]
    account_sid: Option<Loose>,
    #[serde(default)]
    from: Option<Loose>,
    #[serde(default)]
    to: Option<Loose>,
    #[serde(default, alias = "mediaFormat")]
    media_format: Option<MediaFormat>,
}

#[derive(Deserialize)]
struct MediaFormat {
    #[serde(default, alias = "sampleRate")]
    sample_rate: Option<Loose>,
}

impl StartBody {
    pub fn into_start(self, outer: Option<Loose>) -> Result<Start, FrameError> {
        let stream_sid = self.stream_sid.and_then(Loose::text).or_else(|| outer.and_then(Loose::text));
        let text = |said: Option<Loose>| said.and_then(Loose::text).map(storable);
        Ok(Start {
            stream_sid: stream_sid.ok_or(FrameError::NoBody("start"))?,
            call_sid: text(self.call_sid),
            account_sid: text(self.account_sid),
            from: text(self.from),
            to: text(self.to),
            sample_rate: self.media_format.and_then(|m| m.sample_rate).and_then(|r| r.number()),
        })
    }
}
