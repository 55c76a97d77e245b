using Handmade.Autograd;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>Two linear layers with an activation between: <c>[R, ..., in] → [R, ..., hidden] → [R, ..., out]</c>.</summary>
public sealed class Mlp : Module
{
    /// <summary>A network of one hidden layer.</summary>
    public Mlp(Init init, int inFeatures, int hidden, int outFeatures, Activation activation = Activation.Gelu)
        : this(new Linear(init, inFeatures, hidden), new Linear(init, hidden, outFeatures), activation)
    {
    }

    /// <summary>A network of two given layers.</summary>
    public Mlp(Linear up, Linear down, Activation activation)
    {
        Activation = activation;
        Up = Child("up", up);
        Down = Child("down", down);
        HookPost = Hook("hook_post", "[replica, batch, position, hidden]");
    }

    /// <summary>What stands between the layers.</summary>
    public Activation Activation { get; }

    /// <summary>From the input to the hidden layer.</summary>
    public Linear Up { get; }

    /// <summary>From the hidden layer to the output.</summary>
    public Linear Down { get; }

    /// <summary>The hidden layer after the activation.</summary>
    public HookPoint HookPost { get; }

    /// <summary>down(f(up(x))), plus <paramref name="residual"/> if given.</summary>
    public Tensor Forward(Tensor x, Tensor? residual = null) => Down.Forward(HookPost.Pass(Up.Forward(x, Activation)), residual);
}
