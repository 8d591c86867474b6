"""Makes the files beside it, by NumPy itself, with what NumPy reads in them as answers.json: python3 make.py"""

import hashlib
import io
import json
import pathlib
import zipfile

import numpy as np

here = pathlib.Path(__file__).parent
answers = {}


def told(array):
    """As JSON has it: NaN and infinities as texts, whole numbers as the double that is nearest."""
    if array.dtype.kind in "US":
        return [one.decode() if isinstance(one, bytes) else str(one) for one in array.ravel()]
    return [str(one) if not np.isfinite(one) else float(one) for one in array.ravel().tolist()]


def member(name, array):
    return {"name": name, "dtype": str(array.dtype.newbyteorder("=")), "shape": list(array.shape), "numbers": told(array)}


def save(name, arrays, write):
    answers[name] = [member(*pair) for pair in arrays.items()]
    write(here / name, arrays)


counts = np.arange(24).reshape(2, 3, 4)
numbers = {}
for kind in ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]:
    for order in "<>":
        for layout in "CF":
            array = (counts * 5 - (0 if kind[0] == "u" else 60)).astype(order + kind)
            if kind[0] == "f":
                array = (array / np.array(7, order + kind)).astype(order + kind)
                array[0, 0, :3] = np.nan, np.inf, -np.inf
            else:
                array[1, 2, 2:] = np.iinfo(kind).min, np.iinfo(kind).max
            numbers[f"{'big' if order == '>' else 'little'}_{kind}_{layout}"] = np.asarray(array, order=layout)
numbers["bool"] = counts % 3 == 0
numbers["one"] = np.array(0.1)
numbers["none"] = np.zeros((0, 3), "f4")
save("numbers.npz", numbers, lambda path, arrays: np.savez(path, **arrays))
save("deflated.npz", numbers, lambda path, arrays: np.savez_compressed(path, **arrays))

texts = {
    "unicode": np.array([["The", "caf\u00e9"], ["\U0001f408 sat", ""]]),
    "big_unicode": np.array(["\u732b", "cat"]).astype(">U3"),
    "bytes": np.array([b"The", b"cat\xc3\xa9"]),
}
save("texts.npz", texts, lambda path, arrays: np.savez(path, **arrays))


class Stream(io.RawIOBase):
    """What cannot be gone back in: sizes follow what they are of."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, bytes):
        return self.file.write(bytes)


def stream(path, arrays):
    with open(path, "wb") as file:
        np.savez_compressed(Stream(file), **arrays)


few = {"query": counts[0].astype("f4"), "key": counts[1].astype("f8")}
save("stream.npz", few, stream)

zipfile.ZIP64_LIMIT = 10
save("zip64.npz", few, lambda path, arrays: np.savez(path, **arrays))


def version(number):
    def write(path, arrays):
        with open(path, "wb") as file:
            np.lib.format.write_array(file, arrays[""], version=(number, 0))

    return write


for number in (1, 2, 3):
    save(f"version-{number}.npy", {"": few["query"]}, version(number))

# By their bits, all numbers of 16 bits as float32: NaN has many forms, here 0.
halves = np.nan_to_num(np.arange(2**16, dtype="u2").view("f2").astype("f4"), nan=0, posinf=np.inf, neginf=-np.inf)
answers["halves"] = hashlib.sha256(halves.tobytes()).hexdigest()

for name, array in {
    "complex.npy": np.array([1j]),
    "dates.npy": np.array(["2026-01-01"], "M8[D]"),
    "structured.npy": np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")]),
    "longdouble.npy": np.array([1], np.longdouble),
}.items():
    np.save(here / name, array)

(here / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")
