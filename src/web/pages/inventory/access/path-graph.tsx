// The ways to everything as a graph, left to right. The list below it says the same in words.
import type { EscalationPath } from "../../../nouns.ts";
import { plural } from "../../../parts/number.ts";
import { layers } from "./path-layers.ts";
import css from "./resource-access.module.css";

const box = { width: 148, height: 32, gapX: 124, gapY: 28 };
const xOf = ({ column }: { column: number }) => column * (box.width + box.gapX);
const yOf = ({ row }: { row: number }) => row * (box.height + box.gapY) + 14;
/** So that a name of this font fits the box. */
const longest = 20;
const short = (text: string) =>
  text.length <= longest ? text : `${text.slice(0, longest / 2 - 1)}…${text.slice(-longest / 2)}`;

interface GraphProps {
  start: string;
  startArn: string | null;
  paths: EscalationPath[];
}
export function PathGraph({ start, startArn, paths }: GraphProps) {
  const { nodes, edges } = layers({ arn: startArn, label: start }, paths);
  const width = Math.max(...nodes.map(xOf)) + box.width;
  const height = Math.max(...nodes.map(yOf)) + box.height;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className={css.graph} tabIndex={0} aria-label="The ways drawn">
      <svg
        width={width + 4}
        height={height + 4}
        viewBox={`-2 -2 ${width + 4} ${height + 4}`}
        role="img"
        aria-label={`${plural(paths.length, "way")} from ${start} to everything, over ${plural(nodes.filter(({ isGoal }) => !isGoal).length - 1, "step")} between`}
      >
        {edges.map(({ from, to, title, text }) => {
          const [x1, y1] = [xOf(from) + box.width, yOf(from) + box.height / 2];
          const [x2, y2] = [xOf(to), yOf(to) + box.height / 2];
          const middle = (x1 + x2) / 2;
          return (
            <g key={`${from.key} ${to.key}`}>
              <path
                d={`M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2 - 6} ${y2}`}
                className={css.edge}
              />
              <path d={`M${x2 - 7} ${y2 - 4} L${x2} ${y2} L${x2 - 7} ${y2 + 4}z`} className={css.tip} />
              <text x={xOf(text) + box.width + 6} y={yOf(text) + box.height / 2 - 6} className={css.edgeText}>
                {title.length > 20 ? `${title.slice(0, 19)}…` : title}
                <title>{title}</title>
              </text>
            </g>
          );
        })}
        {nodes.map((node) => (
          <g key={node.key}>
            <rect
              x={xOf(node)}
              y={yOf(node)}
              width={box.width}
              height={box.height}
              rx={4}
              className={css.node}
              data-goal={node.isGoal || undefined}
            />
            <text x={xOf(node) + box.width / 2} y={yOf(node) + box.height / 2 + 4} className={css.nodeText}>
              {short(node.label)}
              <title>{node.key}</title>
            </text>
          </g>
        ))}
      </svg>
    </section>
  );
}
