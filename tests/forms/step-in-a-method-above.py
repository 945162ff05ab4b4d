class Pair:
    def forward(self, u, s):
        self.q1 = self.v1 * u
        self.g1 = tanh(self.q1)
        self.q2 = self.v2 * self.g1
        self.cost = (self.q2 - s) ** 2

    def outer(self, u, s):
        self.dq2 = 2 * (self.q2 - s)
        self.dv2 = self.dq2 * self.g1
        self.v2 -= self.rate * self.dv2

    def inner(self, u, s):
        self.dg1 = self.dq2 * self.v2
        self.dq1 = self.dg1 * (1 - self.g1 ** 2)
