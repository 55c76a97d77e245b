using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>The words of the kernel language and the few functions of the BCL that kernels may call.</summary>
internal sealed partial class FunctionTranslator
{
    private const string UseTM = "; pass TM : IMath<T> and call it there";

    // Places: Grid.IdxX is a macro of the prelude.
    private static string? Place(IPropertySymbol property) => (property.ContainingType.Name, property.Name) switch
    {
        ("Group", "LinearIndex") when Vocabulary.Is(property.ContainingType, "Group") => "GROUP_LINEAR",
        ("Grid" or "Group", "IdxX" or "IdxY" or "DimX" or "DimY") when property.ContainingType.ContainingNamespace.ToDisplayString() == Vocabulary.Namespace =>
            $"{property.ContainingType.Name.ToUpperInvariant()}_{property.Name.Substring(0, 3).ToUpperInvariant()}_{property.Name[3]}",
        _ => null,
    };

    private string? Intrinsic(IInvocationOperation call, IReadOnlyList<IOperation> arguments)
    {
        IMethodSymbol target = call.TargetMethod;
        string type = target.ContainingType.Name, name = target.Name;
        switch (target.ContainingNamespace.ToDisplayString())
        {
            case Vocabulary.Namespace:
                if (type == "Group" && name == "Barrier")
                {
                    unit.Waits = true;
                    return "BARRIER()";
                }
                if (type == "Atomic") return Atomic(name, arguments);
                if (type == "GroupExtensions") return GroupReduction(call, arguments);
                if (type == "Intrinsics") return DeviceOnly(call, name, arguments);
                return null;
            case "System" when type is "Math" or "MathF":
                return Math(call, name, arguments);
            case "System" when type is "BitConverter":
                return Bits(name) is { } bits ? $"{bits}({Plain(arguments[0])})" : Report(call, Rules.UnknownMethod, $"BitConverter.{name}");
            case "System.Numerics" when type == "BitOperations":
                return name switch
                {
                    "PopCount" => $"POPCOUNT({Plain(arguments[0])})",
                    "LeadingZeroCount" => $"LEADING_ZEROS({Plain(arguments[0])})",
                    _ => Report(call, Rules.UnknownMethod, $"BitOperations.{name}"),
                };
            case "System" when type is "Single" or "Double" && name is "IsNaN" or "IsFinite" && arguments.Count == 1:
                string value = Text(arguments[0]);
                return name == "IsNaN" ? $"({value} != {value})" : $"{(type == "Single" ? "F32" : "F64")}_IsFinite({value})";
            case "System":
            case var space when space.StartsWith("System."):
                return Report(call, Rules.UnknownMethod, $"{type}.{name}", UseTM);
            default:
                return null;
        }
    }

    private string Atomic(string name, IReadOnlyList<IOperation> arguments)
    {
        string function = name switch
        {
            "CompareExchange" => "ATOMIC_COMPARE_EXCHANGE",
            _ => $"ATOMIC_{name.ToUpperInvariant()}",
        };
        return $"{function}({Address(arguments[0]).Pointer}, {string.Join(", ", arguments.Skip(1).Select(Plain))})";
    }

    private string GroupReduction(IInvocationOperation call, IReadOnlyList<IOperation> arguments)
    {
        if (!isKernel) Report(call, Rules.NotInKernel, $"GroupExtensions.{call.TargetMethod.Name}");
        ITypeSymbol element = Bound(call.TargetMethod.TypeArguments[0]), reduction = Bound(call.TargetMethod.TypeArguments[1]);
        string type = unit.Types.Of(element, call.Syntax), apply = Apply(reduction, call);
        string function = unit.Fresh("AllReduce"), array = $"{function}__shared";
        unit.Append($"DEFINE_ALL_REDUCE({function}, {type}, {apply})\n");
        unit.AddShared(256 * TypeNames.LeastBytes(element), call.Syntax);
        // Reductions of one type take turns in one array: each begins and ends with a barrier.
        string shared = $"SHARED_ARRAY {type} reduction_{type}__shared[256];";
        if (!sharedArrays.Contains(shared)) sharedArrays.Add(shared);
        return $"{function}(reduction_{type}__shared, {Plain(arguments[0])})";
    }

    // The function that makes one value of two, as a name that a macro can take.
    private string Apply(ITypeSymbol reduction, IOperation call)
    {
        if (reduction is ITypeParameterSymbol) return $"NAME({reduction.Name}, Apply)";
        if (Vocabulary.Is(reduction, "AddOf")) return "REDUCE_ADD";
        if (reduction is INamedTypeSymbol { TypeArguments.Length: 2 } named && (Vocabulary.Is(reduction, "MaxOf") || Vocabulary.Is(reduction, "MinOf")))
        {
            string math = named.TypeArguments[1] is ITypeParameterSymbol parameter ? parameter.Name : Vocabulary.PreludeMath(named.TypeArguments[1]) ?? "F32";
            return $"NAME({math}, {reduction.Name.Substring(0, 3)})";
        }
        IMethodSymbol? apply = reduction.GetMembers("Apply").OfType<IMethodSymbol>().FirstOrDefault();
        return apply is null ? Report(call, Rules.UnknownMethod, $"{reduction.Name}.Apply") : unit.Function(apply, Arguments(apply), [], call.Syntax);
    }

    private string DeviceOnly(IInvocationOperation call, string name, IReadOnlyList<IOperation> arguments)
    {
        string Vector(ViewText view) =>
            $"(({view.Space.Qualifier()}{unit.Types.Of(VectorOf(call), call.Syntax)}*)({view.Pointer} + {Text(arguments[1])}))";
        return name switch
        {
            "Load4" => $"(*{Vector(View(arguments[0]))})",
            "Store4" => $"(*{Vector(View(arguments[0]))} = {Plain(arguments[2])})",
            "ToHalf" => $"F32_TO_HALF({Plain(arguments[0])})",
            "FromHalf" => $"HALF_TO_F32({Plain(arguments[0])})",
            "ToBFloat16" => $"F32_TO_BF16({Plain(arguments[0])})",
            "FromBFloat16" => $"BF16_TO_F32({Plain(arguments[0])})",
            "RoundToTf32" => $"ROUND_TO_TF32({Plain(arguments[0])})",
            "PackBFloat16" => OnTensorCores($"PACK_BF16({Plain(arguments[0])}, {Plain(arguments[1])})"),
            "MmaTf32" or "MmaBFloat16" or "MmaHalf" => Product(call, name, arguments),
            "CopyAsync" or "CopyAsync4" => CopyAsync(call, name, arguments),
            "CommitCopies" => OnTensorCores("COMMIT_COPIES()"),
            "WaitForCopies" => arguments[0].ConstantValue.HasValue ? OnTensorCores($"WAIT_FOR_COPIES({Plain(arguments[0])})") : Report(call, Rules.UnknownSize),
            _ => Report(call, Rules.UnknownMethod, $"Intrinsics.{name}"),
        };
    }

    private string Product(IInvocationOperation call, string name, IReadOnlyList<IOperation> arguments)
    {
        ViewText[] views = [.. arguments.Select(View)];
        if (views.Any(view => view.Space != Space.Private)) Report(call, Rules.Space, $"{name} takes views of local memory");
        return OnTensorCores($"{(name == "MmaTf32" ? "MMA_TF32" : name == "MmaHalf" ? "MMA_F16" : "MMA_BF16")}({string.Join(", ", views.Select(view => view.Pointer))})");
    }

    private string CopyAsync(IInvocationOperation call, string name, IReadOnlyList<IOperation> arguments)
    {
        ViewText to = View(arguments[0]), from = View(arguments[2]);
        if (to.Space != Space.Shared || from.Space != Space.Global) Report(call, Rules.Space, $"{name} copies from global to shared memory");
        return OnTensorCores($"COPY_ASYNC({(name == "CopyAsync4" ? 16 : 4)}, {to.Pointer} + {Text(arguments[1])}, {from.Pointer} + {Text(arguments[3])}, {Text(arguments[4])})");
    }

    // These are on the devices that have tensor cores for floats, and their threads work side by side on the emulator.
    private string OnTensorCores(string text)
    {
        unit.Waits = unit.NeedsTensorCores = true;
        return text;
    }

    private INamedTypeSymbol VectorOf(IInvocationOperation call) =>
        unit.Compilation.GetTypeByMetadataName($"{Vocabulary.Namespace}.Vector4`1")!.Construct(Bound(call.TargetMethod.TypeArguments[0]));

    private string Math(IInvocationOperation call, string name, IReadOnlyList<IOperation> arguments)
    {
        ITypeSymbol type = call.TargetMethod.ReturnType;
        string? math = type.SpecialType switch { SpecialType.System_Single => "F32", SpecialType.System_Double => "F64", _ => null };
        string all = string.Join(", ", arguments.Select(Plain));
        if (math is null)
        {
            string[] texts = [.. arguments.Select(Text)];
            return (name, texts.Length) switch
            {
                ("Max", 2) => $"({texts[0]} > {texts[1]} ? {texts[0]} : {texts[1]})",
                ("Min", 2) => $"({texts[0]} < {texts[1]} ? {texts[0]} : {texts[1]})",
                ("Abs", 1) => $"({texts[0]} < 0 ? -{texts[0]} : {texts[0]})",
                _ => Report(call, Rules.UnknownMethod, $"Math.{name}"),
            };
        }
        return name is "Max" or "Min" or "Abs" or "Sqrt" or "Floor" or "Exp" or "Log" or "Tanh" or "Sin" or "Cos" or "Pow" && arguments.Count <= 2 && !(name == "Log" && arguments.Count == 2)
            ? $"{math}_{name}({all})"
            : Report(call, Rules.UnknownMethod, $"{call.TargetMethod.ContainingType.Name}.{name}", name == "FusedMultiplyAdd" ? "; use TM.Fma" : UseTM);
    }

    private static string? Bits(string name) => name switch
    {
        "SingleToInt32Bits" => "F32_BITS",
        "Int32BitsToSingle" => "BITS_F32",
        "DoubleToInt64Bits" => "F64_BITS",
        "Int64BitsToDouble" => "BITS_F64",
        _ => null,
    };
}
