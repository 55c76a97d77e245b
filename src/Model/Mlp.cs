using Handmade.Autograd;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>Two linear layers with an activation between: <c>[R, ..., in] → [R, ..., hidden] → [R, ..., out]</c>.</summary>
public sealed class Mlp : Module
{
    private readonly Activation activation;
    private readonly Linear up;
    private readonly Linear down;

    /// <summary>A network of one hidden layer.</summary>
    public Mlp(Init init, int inFeatures, int hidden, int outFeatures, Activation activation = Activation.Gelu)
    {
        this.activation = activation;
        up = Child("up", new Linear(init, inFeatures, hidden));
        down = Child("down", new Linear(init, hidden, outFeatures));
        HookPost = Hook("hook_post", "[replica, batch, position, hidden]");
    }

    /// <summary>The hidden layer after the activation.</summary>
    public HookPoint HookPost { get; }

    /// <summary>down(f(up(x))), plus <paramref name="residual"/> if given.</summary>
    public Tensor Forward(Tensor x, Tensor? residual = null) => down.Forward(HookPost.Pass(up.Forward(x, activation)), residual);
}
