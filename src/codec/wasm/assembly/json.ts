// What the host calls. Places and numbers only: no runtime and no garbage collector.

export { emptyRegion } from './elements';
export { POWERS, REGION, REGION_BYTES, RESULTS, SIZES, WINDOW, WINDOW_BYTES } from './memory';
export { begin, beginTensor, passNumber, readTensor } from './tensor';
export { hasWideCharacters, peek, walk, walkItems } from './walk';
export { place, setWindow } from './window';
export { beginWriting, writeElements } from './write';
