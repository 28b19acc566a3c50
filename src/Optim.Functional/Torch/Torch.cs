using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>torch's own spelling: <c>using static Optim.Functional.Torch;</c> then <c>optim.Adam(parameters, lr: 1e-3)</c>.</summary>
public static class Torch
{
    /// <summary>torch.optim: one function per optimizer, with torch's parameter names and defaults.</summary>
    public static class @optim
    {
        /// <summary><see cref="Functional.Adadelta"/> in place.</summary>
        public static Optimizer Adadelta(IEnumerable<Parameter> parameters, double lr = 1.0, double rho = 0.9, double eps = 1e-6, double weight_decay = 0, bool maximize = false) =>
            Adadelta([new ParamGroup(parameters)], lr, rho, eps, weight_decay, maximize);

        /// <summary><see cref="Functional.Adadelta"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adadelta(IEnumerable<ParamGroup> groups, double lr = 1.0, double rho = 0.9, double eps = 1e-6, double weight_decay = 0, bool maximize = false) =>
            new(groups, new Adadelta(lr, rho, eps, weight_decay, maximize));

        /// <summary><see cref="Functional.Adagrad"/> in place.</summary>
        public static Optimizer Adagrad(IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0,
            double eps = 1e-10, bool maximize = false) =>
            Adagrad([new ParamGroup(parameters)], lr, lr_decay, weight_decay, initial_accumulator_value, eps, maximize);

        /// <summary><see cref="Functional.Adagrad"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adagrad(IEnumerable<ParamGroup> groups, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0,
            double eps = 1e-10, bool maximize = false) =>
            new(groups, new Adagrad(lr, lr_decay, weight_decay, initial_accumulator_value, eps, maximize));

        /// <summary><see cref="Functional.Adam"/> in place.</summary>
        public static Optimizer Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false, bool decoupled_weight_decay = false) =>
            Adam([new ParamGroup(parameters)], lr, betas, eps, weight_decay, amsgrad, maximize, decoupled_weight_decay);

        /// <summary><see cref="Functional.Adam"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adam(IEnumerable<ParamGroup> groups, double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false, bool decoupled_weight_decay = false) =>
            new(groups, new Adam(lr, betas?.Item1 ?? 0.9, betas?.Item2 ?? 0.999, eps, weight_decay, amsgrad, maximize, decoupled_weight_decay));

        /// <summary><see cref="Functional.AdamW"/> in place.</summary>
        public static Optimizer AdamW(IEnumerable<Parameter> parameters, double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 1e-2,
            bool amsgrad = false, bool maximize = false) =>
            AdamW([new ParamGroup(parameters)], lr, betas, eps, weight_decay, amsgrad, maximize);

        /// <summary><see cref="Functional.AdamW"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer AdamW(IEnumerable<ParamGroup> groups, double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 1e-2,
            bool amsgrad = false, bool maximize = false) =>
            new(groups, new AdamW(lr, betas?.Item1 ?? 0.9, betas?.Item2 ?? 0.999, eps, weight_decay, amsgrad, maximize));

        /// <summary><see cref="Functional.Adamax"/> in place.</summary>
        public static Optimizer Adamax(IEnumerable<Parameter> parameters, double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool maximize = false) =>
            Adamax([new ParamGroup(parameters)], lr, betas, eps, weight_decay, maximize);

        /// <summary><see cref="Functional.Adamax"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adamax(IEnumerable<ParamGroup> groups, double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool maximize = false) =>
            new(groups, new Adamax(lr, betas?.Item1 ?? 0.9, betas?.Item2 ?? 0.999, eps, weight_decay, maximize));

        /// <summary><see cref="Functional.ASGD"/> in place.</summary>
        public static Optimizer ASGD(IEnumerable<Parameter> parameters, double lr = 1e-2, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6, double weight_decay = 0,
            bool maximize = false) =>
            ASGD([new ParamGroup(parameters)], lr, lambd, alpha, t0, weight_decay, maximize);

        /// <summary><see cref="Functional.ASGD"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer ASGD(IEnumerable<ParamGroup> groups, double lr = 1e-2, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6, double weight_decay = 0,
            bool maximize = false) =>
            new(groups, new ASGD(lr, lambd, alpha, t0, weight_decay, maximize));

        /// <summary><see cref="Functional.LBFGS"/> in place.</summary>
        public static Optimizer LBFGS(IEnumerable<Parameter> parameters, double lr = 1, int max_iter = 20, int? max_eval = null, double tolerance_grad = 1e-5,
            double tolerance_change = 1e-9, int history_size = 100, string? line_search_fn = null, bool maximize = false) =>
            LBFGS([new ParamGroup(parameters)], lr, max_iter, max_eval, tolerance_grad, tolerance_change, history_size, line_search_fn, maximize);

        /// <summary><see cref="Functional.LBFGS"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer LBFGS(IEnumerable<ParamGroup> groups, double lr = 1, int max_iter = 20, int? max_eval = null, double tolerance_grad = 1e-5,
            double tolerance_change = 1e-9, int history_size = 100, string? line_search_fn = null, bool maximize = false) =>
            new(groups, new LBFGS(lr, max_iter, max_eval, tolerance_grad, tolerance_change, history_size, line_search_fn, maximize));

        /// <summary><see cref="Functional.RMSprop"/> in place.</summary>
        public static Optimizer RMSprop(IEnumerable<Parameter> parameters, double lr = 1e-2, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0,
            bool centered = false, bool maximize = false) =>
            RMSprop([new ParamGroup(parameters)], lr, alpha, eps, weight_decay, momentum, centered, maximize);

        /// <summary><see cref="Functional.RMSprop"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer RMSprop(IEnumerable<ParamGroup> groups, double lr = 1e-2, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0,
            bool centered = false, bool maximize = false) =>
            new(groups, new RMSprop(lr, alpha, eps, weight_decay, momentum, centered, maximize));

        /// <summary><see cref="Functional.Rprop"/> in place.</summary>
        public static Optimizer Rprop(IEnumerable<Parameter> parameters, double lr = 1e-2, (double, double)? etas = null, (double, double)? step_sizes = null, bool maximize = false) =>
            Rprop([new ParamGroup(parameters)], lr, etas, step_sizes, maximize);

        /// <summary><see cref="Functional.Rprop"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Rprop(IEnumerable<ParamGroup> groups, double lr = 1e-2, (double, double)? etas = null, (double, double)? step_sizes = null, bool maximize = false) =>
            new(groups, new Rprop(lr, etas?.Item1 ?? 0.5, etas?.Item2 ?? 1.2, step_sizes?.Item1 ?? 1e-6, step_sizes?.Item2 ?? 50, maximize));

        /// <summary><see cref="Functional.SGD"/> in place.</summary>
        public static Optimizer SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0,
            double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
            SGD([new ParamGroup(parameters)], lr, momentum, dampening, weight_decay, nesterov, maximize);

        /// <summary><see cref="Functional.SGD"/> in place, with options per group. A group needs an lr of its own where none is given here.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer SGD(IEnumerable<ParamGroup> groups, double? lr = null, double momentum = 0, double dampening = 0,
            double weight_decay = 0, bool nesterov = false, bool maximize = false)
        {
            var rule = new SGD(lr ?? 0, momentum, dampening, weight_decay, nesterov, maximize);
            if (lr is not null) return new(groups, rule);
            var info = RuleInfo.Of(typeof(SGD));
            return new(groups, info, info.Read(rule).Where(o => o.Key != "lr").ToDictionary(), null, NonFinite.Propagate);
        }
    }
}
