/** How a file of attentions is written, as it stands in docs/studio.md: of what a model of transformers gives. */
export const PYTHON = `import numpy as np
np.savez("attention.npz", attentions=[a[0].float().numpy(force=True) for a in out.attentions], tokens=tokenizer.convert_ids_to_tokens(ids[0]))`;
