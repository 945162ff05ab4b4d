export const lesson = {
  title: 'Slopes by hand',
  body: ''
    + '<h2>The net</h2><div class="box">'
    + 'q = v · p + c &nbsp;&nbsp;<span class="pale">before the unit</span><br>'
    + 'g &nbsp;= tanh(q)<br>'
    + 'L = (g − s)²</div>'
    + '<p>With p = 2, &nbsp; s = 1, &nbsp; v = 0.5, c = −1.</p>'
    + '<ul>'
    +   '<li>∂L/∂g = 2(g − s) = <strong>−2</strong></li>'
    +   '<li>∂g/∂q &nbsp;= 1 − g</li>'
    +   '<li>∂L/∂v = (∂L/∂q) · p</li>'
    + '</ul>',
};
