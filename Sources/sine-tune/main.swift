import Literals
print("sine-tune")
