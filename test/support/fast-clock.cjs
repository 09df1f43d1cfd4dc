// Each look at the clock is half a second later: whatever takes long, takes long at once.
const real = Date.now;
let looks = 0;
Date.now = () => real() + ++looks * 500;
