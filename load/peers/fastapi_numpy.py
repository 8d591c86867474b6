# The peer in Python: FastAPI, pydantic and numpy, as a Python developer would join them in an afternoon.
# POST /attention with JSON, POST /raw?h&l&d with q, k and v as float32. Needs fastapi, uvicorn and numpy.
import os
import socket
from typing import List

import numpy as np
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

app = FastAPI()


class Body(BaseModel):
    query: List[List[float]]
    key: List[List[float]]
    value: List[List[float]]


def attention(query, key, value):
    """softmax(query · keyᵀ / √d) value over the last two axes, in float32."""
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(np.float32(query.shape[-1]))
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ value


@app.post("/attention")
def attention_json(body: Body):
    query, key, value = (np.asarray(rows, dtype=np.float32) for rows in (body.query, body.key, body.value))
    return {"output": attention(query, key, value).tolist()}


@app.post("/raw")
async def attention_raw(request: Request, h: int, l: int, d: int):
    query, key, value = np.frombuffer(await request.body(), dtype=np.float32).reshape(3, h, l, d)
    return Response(attention(query, key, value).tobytes(), media_type="application/octet-stream")


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "0"))))
    print(f"listening at http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
