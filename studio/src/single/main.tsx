/** A page that stands alone, in one file, see ../../single-file.ts: the pictures of the studio, without the service. */
import '../style/tokens.css';
import '../style/frame.css';
import '../style/sentence.css';
import '../style/single.css';
import { render } from 'preact';
import { onKeyDown } from './keys.ts';
import { Page } from './page.tsx';

const root = document.getElementById('single');
if (root !== null) render(<Page />, root);
window.addEventListener('keydown', onKeyDown);
