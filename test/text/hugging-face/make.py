"""Trains the tokenizers of this directory, and writes what Hugging Face's own implementation says of some texts.

python3 make.py, with `tokenizers` 0.23.2 from PyPI. The text that they learn from is this project's own.
Training is not repeatable to the byte: another run gives other tokenizers, with the answers that belong to them.
"""

import json
import os

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))

CORPUS = [
    "Attention is a spotlight: for every word, how much light falls on each other word.",
    "The cat sat on the mat. The cat that lives in the big house on the hill is sleeping.",
    "A query looks at keys, and each key answers with its value; the weights sum to one.",
    "Words become vectors, vectors become scores, scores become weights, weights become light.",
    "Hello world, bonjour monde, guten Tag: the same thought in other words.",
    "A café is open; the naïve reader orders a crème brûlée and reads on.",
    "for (const token of tokens) { if (token.id === 42) return token.text; }",
    "Numbers such as 1, 2, 3, 42 and 2026 are words too, and so are signs: + - * / = !",
] * 4

TEXTS = [
    "The cat sat on the mat.",
    "Hello world",
    "  two  spaces,\ttabs\nand lines\n\n",
    "Crème brûlée in a café",
    "cafe\u0301 with a mark of its own",
    "words, words!words?",
    "unknown: ☃ and 猫 here",
    "猫は寝ている",
    "emoji 👍🏽 and 👩‍💻 stand here",
    "ALL CAPITALS and MiXeD",
    "for (const token of tokens) {}",
    "xylophone zebra quartz",
    "ﬁne ligatures ① and ½",
    "a",
    "",
    " ",
    "[CLS] is plain text here",
]


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids
    )
    return tokenizer


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=400, special_tokens=["<|end|>"], initial_alphabet=alphabet)
    )
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(vocab_size=250, special_tokens=special, unk_token="<unk>")
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))]
    )
    return tokenizer


def in_bytes(text, at):
    return len(text[:at].encode())


def told(tokenizer, text):
    tokenizer.encode_special_tokens = True
    encoding = tokenizer.encode(text)
    places = [
        None if special else [in_bytes(text, start), in_bytes(text, end)]
        for (start, end), special in zip(encoding.offsets, encoding.special_tokens_mask)
    ]
    return {
        "text": text,
        "ids": encoding.ids,
        "bytes": places,
        "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=True),
    }


for name, make in (("word-piece", word_piece), ("byte-level", byte_level), ("unigram", unigram)):
    tokenizer = make()
    path = os.path.join(HERE, f"{name}.json")
    tokenizer.save(path, pretty=False)
    loaded = Tokenizer.from_file(path)
    with open(os.path.join(HERE, "expected", f"{name}.json"), "w") as file:
        json.dump([told(loaded, text) for text in TEXTS], file, ensure_ascii=False, indent=1)
