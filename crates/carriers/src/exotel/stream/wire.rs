//! The frames' shapes, borrowed from the text where they can be: a media frame
//! allocates nothing here.

use super::loose::{Count, Loose};
use super::{FrameError, Start};
use crate::exotel::storable;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A frame, whichever way its fields are spelled.
pub struct Envelope<'a> {
    pub event: Cow<'a, str>,
    /// As it stands there: only `start` looks into it.
    pub stream_sid: Sids<'a>,
    pub sequence: Count,
    pub media: Option<Media<'a>>,
    pub start: Option<StartBody>,
    pub dtmf: Option<Dtmf>,
    pub mark: Option<Mark<'a>>,
    pub stop: Option<Stop<'a>>,
}

/// A stream's id in both spellings.
type Sids<'a> = [Option<&'a RawValue>; 2];

/// A frame as it is spelled. A field may come in both spellings at once, as we
/// send it ourselves; an alias would refuse that as the same field twice.
#[derive(Deserialize)]
struct Spelled<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    stream_sid: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "streamSid")]
    stream_sid_camel: Option<&'a RawValue>,
    #[serde(default)]
    sequence_number: Count,
    #[serde(default, rename = "sequenceNumber")]
    sequence_number_camel: Count,
    #[serde(borrow, default)]
    media: Option<Media<'a>>,
    #[serde(default)]
    start: Option<StartBody>,
    #[serde(default)]
    dtmf: Option<Dtmf>,
    #[serde(borrow, default)]
    mark: Option<Mark<'a>>,
    #[serde(borrow, default)]
    stop: Option<Stop<'a>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let said = Spelled::deserialize(d)?;
        Ok(Self {
            event: said.event,
            stream_sid: [said.stream_sid, said.stream_sid_camel],
            sequence: Count(said.sequence_number.0.or(said.sequence_number_camel.0)),
            media: said.media,
            start: said.start,
            dtmf: said.dtmf,
            mark: said.mark,
            stop: said.stop,
        })
    }
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
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StartBody {
    stream_sid: Option<Loose>,
    #[serde(rename = "streamSid")]
    stream_sid_camel: Option<Loose>,
    call_sid: Option<Loose>,
    #[serde(rename = "callSid")]
    call_sid_camel: Option<Loose>,
    account_sid: Option<Loose>,
    #[serde(rename = "accountSid")]
    account_sid_camel: Option<Loose>,
    from: Option<Loose>,
    to: Option<Loose>,
    media_format: Option<MediaFormat>,
    #[serde(rename = "mediaFormat")]
    media_format_camel: Option<MediaFormat>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MediaFormat {
    sample_rate: Option<Loose>,
    #[serde(rename = "sampleRate")]
    sample_rate_camel: Option<Loose>,
}

impl StartBody {
    pub fn into_start(self, outer: Sids<'_>) -> Result<Start, FrameError> {
        let outer = || outer.into_iter().flatten().find_map(outer_sid);
        let stream_sid = said([self.stream_sid, self.stream_sid_camel]).or_else(outer);
        let text = |spellings| said(spellings).map(storable);
        let formats = [self.media_format, self.media_format_camel];
        Ok(Start {
            stream_sid: stream_sid.ok_or(FrameError::NoBody("start"))?,
            call_sid: text([self.call_sid, self.call_sid_camel]),
            account_sid: text([self.account_sid, self.account_sid_camel]),
            from: text([self.from, None]),
            to: text([self.to, None]),
            sample_rate: formats.iter().flatten().find_map(MediaFormat::rate),
        })
    }
}

impl MediaFormat {
    fn rate(&self) -> Option<u32> {
        [&self.sample_rate, &self.sample_rate_camel].into_iter().flatten().find_map(Loose::number)
    }
}

/// The first spelling that says something.
fn said(spellings: [Option<Loose>; 2]) -> Option<String> {
    spellings.into_iter().flatten().find_map(Loose::text)
}

fn outer_sid(raw: &RawValue) -> Option<String> {
    serde_json::from_str::<Loose>(raw.get()).ok().and_then(Loose::text)
}
