class Net {
    void train(List<List<Double>> data, List<Double> answers) {
        double p = data.get(i).get(0);
        double sumH = this.u * p + this.b;
        double h = Util.act(sumH);
        double sumO = this.v * h + this.c;
        double yPred = Util.act(sumO);

        double d_ypred_d_v = h * Util.actDeriv(sumO);
        double d_ypred_d_c = Util.actDeriv(sumH);
        double d_ypred_d_h = this.v * Util.actDeriv(sumO);
        double d_h_d_u = p * Util.actDeriv(sumH);
    }
}

class Util {
    public static double act(double in) {
        return 1 / (1 + Math.exp(-in));
    }
    public static double actDeriv(double in) {
        double val = Util.act(in);
        return val * (1 - val);
    }
}
