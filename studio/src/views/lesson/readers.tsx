/** Attention beside a reader that goes word by word: how far back each sees, and how many of its steps wait. */
import type { JSX } from 'preact';
import type { BothWays, LessonPage, Sequential } from '../../ask/lesson/page.ts';
import { Choice } from '../../controls/choice.tsx';
import { textWidth, unit } from '../../controls/size.ts';
import { reachPicture, waitingPicture } from '../../pictures/reach.ts';
import { Marks } from '../../pictures/svg.tsx';
import { go, linkTo, state } from '../../state/here.ts';
import { Costs } from './costs.tsx';
import { chosenText } from './shown.ts';
import { exactly } from './written.ts';

interface ReadersProps {
  page: LessonPage;
  sequential: Sequential;
  width: number;
}

export function Readers({ page, sequential, width }: ReadersProps): JSX.Element {
  const part = page.parts[chosenText.value];
  const reading = sequential.readings.find(({ request }) => request === part.name) ?? sequential.readings[0];
  return (
    <div class="readers" data-picture>
      <Choice
        name="text"
        label="How far back does the last word see? Choose a text"
        value={part.name}
        options={page.parts.map(({ name, ...one }) => ({ value: name, title: one.is === 'text' ? one.text : name }))}
        onChoose={(name) =>
          go({ tried: { ...state.value.tried, text: page.parts.findIndex((one) => one.name === name) } })
        }
      />
      <p class="readers-legend">
        <span class="of-attention">reached by attention</span>
        <span class="of-sequential">left when read one by one: {sequential.rule}</span>
      </p>
      <Reach reading={reading} width={width} />
      <Waiting reading={reading} width={width} />
      {part.is === 'text' && (
        <p class="readers-link">
          <a href={linkTo(part.inSentence)}>Open in Sentence</a>
        </p>
      )}
      <Costs readings={sequential.readings} chosen={reading.request} />
    </div>
  );
}

function Reach({ reading, width }: { reading: BothWays; width: number }): JSX.Element {
  const { words, from, to } = reading;
  const widest = (size: number) => Math.max(...words.map(({ text }) => textWidth(text, size)));
  const shared = { from: from.index, to: to.index, width, unit: unit.value };
  const { marks, height } = reachPicture({ ...shared, words, widest });
  return (
    <div class="reach" style={{ height: `${height}px` }}>
      <Marks marks={marks} width={width} height={height} />
      <table class="visually-hidden">
        <caption>What reaches “{to.text}” from each word</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">attention</th>
            <th scope="col">one by one</th>
          </tr>
        </thead>
        <tbody>
          {words.map(({ index, text, attention, sequential }) => (
            <tr key={index}>
              <th scope="row">{text}</th>
              <td>{exactly(attention)}</td>
              <td>{exactly(sequential)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What it says stands in words in it, and in the table below; whoever cannot see it hears the words. */
function Waiting({ reading, width }: { reading: BothWays; width: number }): JSX.Element {
  const { marks, height } = waitingPicture(reading.sequential.dependent_steps, width, unit.value);
  const words = marks.flatMap((mark) => (mark.is === 'text' ? [mark.text] : []));
  return (
    <div class="reach" style={{ height: `${height}px` }}>
      <Marks marks={marks} width={width} height={height} />
      <p class="visually-hidden">{words.join('. ')}.</p>
    </div>
  );
}
