// A block as panels and single rows, and the order in which they meet its tiles.

/** How the rows of a block are cut: whole vectors side by side in panels of equal width, what is left as single rows. */
struct Cut {
  Index panels;
  /** Rows in panels; single rows follow. */
  Index panelRows;
  Index vectors;

  explicit Cut(Index rows) {
    const Index rest = rows % width;
    // Up to here a row by itself is cheaper than lanes that nobody needs.
    const Index singles = rest <= width / 2 ? rest : 0;
    panelRows = rows - singles;
    vectors = (panelRows + width - 1) / width;
    panels = (vectors + mostVectors - 1) / mostVectors;
  }

  /** The first vector of a panel; panels differ by one vector at most. */
  Index firstVector(Index panel) const { return panel * vectors / panels; }
};

/** Bytes of keys and values that all panels meet before the next ones: they stay in the second-level cache. */
constexpr Index sweepNumbers = 65536;

INLINE Index sweepKeys(Index numbersPerKey, Index keys) {
  const Index tiles = most(1, sweepNumbers / (numbersPerKey * tileKeys));
  return least(keys, tiles * tileKeys);
}

/** Panels with their queries packed, and single rows. */
struct Block {
  Cut cut;
  Panel* panels;
  RowState* singles;
  /** The queries of single rows, one behind the other. */
  float* singleQueries;
};

/** Takes scratch memory for a block and places its rows; `valueDim` is 0 when there are no outputs. */
static bool begin(const ScoreTask& task, const Scale& scale, Index valueDim, Scratch& scratch, Block& block) {
  const Cut& cut = block.cut;
  const Index singles = task.rows - cut.panelRows, lanes = cut.vectors * width;
  block.panels = scratch.states.room<Panel>(cut.panels + 1);
  block.singles = scratch.singles.room<RowState>(singles + 1);
  float* queries = scratch.queries.room<float>((lanes + singles) * task.headDim);
  float* outputs = scratch.outputs.room<float>((lanes + singles) * valueDim + width);
  if (block.panels == nullptr || block.singles == nullptr || queries == nullptr || outputs == nullptr) return false;
  for (Index p = 0; p < cut.panels; p++) {
    Panel& panel = block.panels[p];
    const Index first = cut.firstVector(p);
    panel.vectors = static_cast<int>(cut.firstVector(p + 1) - first);
    panel.row = first * width;
    panel.rows = least(panel.vectors * width, cut.panelRows - panel.row);
    panel.query = queries + panel.row * task.headDim;
    panel.output = outputs + panel.row * valueDim;
    packQueries(task, scale.factor, panel);
    placeRows(task, panel);
  }
  block.singleQueries = queries + lanes * task.headDim;
  for (Index s = 0; s < singles; s++) {
    const Index row = cut.panelRows + s;
    block.singles[s] = {-std::numeric_limits<double>::infinity(), 0, sightOf(task, row), false,
                        outputs + (lanes + s) * valueDim};
    asNumbers(task.query, row, [&](auto query) {
      copyScaled(query.data, task.headDim, scale.factor, block.singleQueries + s * task.headDim);
    });
  }
  return true;
}

/** Room for the scores of a tile, and for as many biases where there are any. */
static bool takeTiles(const Scale& scale, Scratch& scratch, float*& scores, float*& biases) {
  const Index numbers = most(tileKeys * mostLanes, rowTileKeys + width);
  scores = scratch.scores.room<float>(numbers);
  biases = scale.biased ? scratch.biases.room<float>(numbers) : scores;
  return scores != nullptr && biases != nullptr;
}

/**
 * Keys [start, end) with their values. Halves are widened here for panels, which read each number many times, from the
 * second-level cache; where there are single rows alone, these widen them as they load them.
 */
static bool beginSweep(const AttendTask& task, Index start, Index end, bool hasPanels, Scratch& scratch, Sweep& sweep) {
  const ScoreTask& own = task.scores;
  sweep = {0, own.key, task.value};
  if (!hasPanels) return true;
  sweep.start = start;
  sweep.key = widened(own.key, start, end - start, own.headDim, scratch.keys);
  sweep.value = widened(task.value, start, end - start, task.valueDim, scratch.values);
  return sweep.key.data != nullptr && sweep.value.data != nullptr;
}

static Outcome attend(const AttendTask& task, Scratch& scratch) {
  const ScoreTask& own = task.scores;
  const Scale scale = scaleOf(own, false);
  Block block = {Cut(own.rows), nullptr, nullptr, nullptr};
  float *scores, *biases;
  if (!begin(own, scale, task.valueDim, scratch, block) || !takeTiles(scale, scratch, scores, biases)) {
    return Outcome::outOfMemory;
  }
  const Index step = sweepKeys(own.headDim + task.valueDim, own.keys);
  const Index singles = own.rows - block.cut.panelRows;
  for (Index start = 0; start < own.keys; start += step) {
    const Index end = least(start + step, own.keys);
    Sweep sweep;
    if (!beginSweep(task, start, end, block.cut.panels > 0, scratch, sweep)) return Outcome::outOfMemory;
    for (Index p = 0; p < block.cut.panels; p++) {
      Panel& panel = block.panels[p];
      for (Index tile = start; tile < end; tile += tileKeys) {
        const Index keys = least(tileKeys, end - tile);
        if (panel.vectors == 3) attendTile<3>(task, scale, panel, sweep, tile, keys, scores, biases);
        else if (panel.vectors == 2) attendTile<2>(task, scale, panel, sweep, tile, keys, scores, biases);
        else attendTile<1>(task, scale, panel, sweep, tile, keys, scores, biases);
      }
    }
    for (Index tile = start; tile < end && singles > 0; tile += rowTileKeys) {
      for (Index s = 0; s < singles; s++) {
        const Index row = block.cut.panelRows + s;
        attendRow(task, scale, block.singles[s], row, block.singleQueries + s * own.headDim, sweep, tile,
                  least(rowTileKeys, end - tile), scores, biases);
      }
    }
  }
  for (Index p = 0; p < block.cut.panels; p++) finishPanel(task, block.panels[p]);
  for (Index s = 0; s < singles; s++) finishRow(task, block.singles[s], block.cut.panelRows + s);
  return Outcome::done;
}

static Outcome score(const StageTask& task, Scratch& scratch) {
  const ScoreTask& own = task.scores;
  const Scale scale = scaleOf(own, task.stage != Stage::weights);
  Block block = {Cut(own.rows), nullptr, nullptr, nullptr};
  float *scores, *biases;
  if (!begin(own, scale, 0, scratch, block) || !takeTiles(scale, scratch, scores, biases)) return Outcome::outOfMemory;
  bool within = true;
  for (Index p = 0; p < block.cut.panels; p++) {
    Panel& panel = block.panels[p];
    for (int lane = 0; task.max != nullptr && lane < panel.vectors * width; lane++) {
      const Index row = panel.row + least(lane, panel.rows - 1);
      panel.max[lane] = task.max[row];
      panel.sum[lane] = task.sum[row];
    }
    for (Index tile = 0; tile < own.keys; tile += tileKeys) {
      const Index keys = least(tileKeys, own.keys - tile);
      const Input wide = widened(own.key, tile, keys, own.headDim, scratch.keys);
      if (wide.data == nullptr) return Outcome::outOfMemory;
      const Rows key = rowsFrom<float>(wide, 0);
      if (panel.vectors == 3) within &= stageTile<3>(task, scale, panel, key, tile, keys, scores, biases);
      else if (panel.vectors == 2) within &= stageTile<2>(task, scale, panel, key, tile, keys, scores, biases);
      else within &= stageTile<1>(task, scale, panel, key, tile, keys, scores, biases);
      for (int n = 0; n * width < panel.rows; n++) {
        unpackLanes(scores + n * width, panel.vectors * width, panel.rows - n * width, keys,
                    task.into + (panel.row + n * width) * task.intoStride + tile, task.intoStride);
      }
    }
  }
  for (Index row = block.cut.panelRows; row < own.rows; row++) {
    RowState& state = block.singles[row - block.cut.panelRows];
    if (task.max != nullptr) {
      state.max = task.max[row];
      state.sum = task.sum[row];
    }
    for (Index tile = 0; tile < own.keys; tile += rowTileKeys) {
      within &= stageRow(task, scale, state, row, block.singleQueries + (row - block.cut.panelRows) * own.headDim, tile,
                         least(rowTileKeys, own.keys - tile), scores, biases,
                         task.into + row * task.intoStride + tile);
    }
  }
  return within ? Outcome::done : Outcome::overflowed;
}
