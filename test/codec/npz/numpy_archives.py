"""Archives as NumPy writes them, with what is in them, as JSON: python3 numpy_archives.py > numpy-archives.json

Numbers are exact in every format. What is expected of each archive is what NumPy's own tolist() says of what was saved.
"""
import base64
import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np

folder = Path(tempfile.mkdtemp())
base = np.array([[[0.5, -1.25, 2.0], [3.5, 0.0, -4.0]]])
whole = np.array([[[1, -2, 3], [100, 0, -128]]])
natural = abs(whole)
expected = {}


def note(name, arrays):
    expected[name] = {
        field: {"shape": list(array.shape), "dtype": array.dtype.kind, "data": array.tolist()}
        for field, array in ((field, np.asarray(array)) for field, array in arrays.items())
    }


def save(name, writer=np.savez, seen=None, **arrays):
    writer(folder / name, **arrays)
    note(name, seen or arrays)


like = {"key": base.astype("f4"), "value": base.astype("f4")}
for order in "<>":
    for code in ("f8", "f4", "f2"):
        name = f"{'little' if order == '<' else 'big'}-{code}.npz"
        save(name, query=base.astype(order + code), **like)
    for code in ("i1", "i2", "i4", "i8"):
        save(f"{'little' if order == '<' else 'big'}-{code}.npz", query=whole.astype(order + code), **like)
    for code in ("u1", "u2", "u4", "u8"):
        save(f"{'little' if order == '<' else 'big'}-{code}.npz", query=natural.astype(order + code), **like)
for code in ("f8", ">f4", "f2", "i8", "i1"):
    rows = np.arange(24).reshape(2, 3, 4)
    name = f"fortran-{code.replace('>', 'big-')}.npz"
    save(name, query=np.asfortranarray(rows.astype(code)), **like)
save("fortran-mask.npz", query=base, attn_mask=np.asfortranarray([[True, False, True], [False, False, True]]), **like)
save("compressed.npz", np.savez_compressed, query=base.astype("f4"), key=base.astype("f2"), value=base)
save("float64.npz", query=base, precision="float64", **like)
save("empty.npz")
save(
    "options.npz",
    query=base.astype("f4"),
    attn_mask=np.zeros((2, 2), bool),
    sinks=np.float32(0.25),
    is_causal=True,
    scale=np.float64(0.125),
    softcap=np.float16(1.5),
    query_offset=np.int64(-3),
    key_lengths=np.array([2, 1]),
    query_lengths=np.array([1, 2], ">u2"),
    alibi_slopes=np.array([[0.5, 0.25]], ">f4"),
    window='{"left": 4, "right": 0}',
    outputs=np.array(["weights", "lse"]),
    head_labels=np.array(["a", "größer", "猫🐈"]),
    query_labels=np.array([b"ab", b"c"]),
    **like,
)
# A pipe cannot be written to twice, so that sizes stand behind the data.
pipe = io.BytesIO()


class Pipe:
    def write(self, data):
        return pipe.write(data)

    def flush(self):
        pass


with zipfile.ZipFile(Pipe(), "w") as archive:
    for field, array in {"query": base.astype("f4"), **like}.items():
        with archive.open(f"{field}.npy", "w") as member:
            np.lib.format.write_array(member, array)
(folder / "piped.npz").write_bytes(pipe.getvalue())
note("piped.npz", {"query": base, **like})
for version in ((1, 0), (2, 0), (3, 0)):
    name = f"version-{version[0]}.npz"
    with zipfile.ZipFile(folder / name, "w") as archive:
        for field, array in {"query": base.astype("f4"), **like}.items():
            with archive.open(f"{field}.npy", "w") as member:
                np.lib.format.write_array(member, array, version=version)
    note(name, {"query": base, **like})
np.savez(folder / "objects.npz", query=np.array([None]), **like)
np.savez(folder / "records.npz", query=np.zeros(2, [("a", "f4"), ("b", "i4")]), **like)
np.savez(folder / "complex.npz", query=base.astype("c8"), **like)
np.savez(folder / "dates.npz", query=np.array(["2020-01-01"], "M8[D]"), **like)
np.savez(folder / "unnamed.npz", base, base)
try:
    import ml_dtypes

    np.savez(folder / "bfloat16.npz", query=base.astype(ml_dtypes.bfloat16), **like)
    note("bfloat16.npz", {"query": base, **like})
except ImportError:
    pass
archives = {
    path.name: {"base64": base64.b64encode(path.read_bytes()).decode(), "holds": expected.get(path.name)}
    for path in sorted(folder.iterdir())
}
for path in folder.iterdir():
    path.unlink()
folder.rmdir()
print(json.dumps(archives, ensure_ascii=False, indent=1, default=bytes.decode))
