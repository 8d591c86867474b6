/** How a file of attentions is written, as it stands in docs/studio.md: of a model of transformers. */
export const PYTHON = `import numpy as np
out = model(ids, output_attentions=True)
np.savez("attention.npz", tokens=tokenizer.convert_ids_to_tokens(ids[0]), attentions=np.stack([a[0].detach().float().cpu().numpy() for a in out.attentions]))`;
